import zipimport
