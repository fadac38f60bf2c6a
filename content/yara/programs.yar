// Programs where a package of source code should have none, or hides them.

rule embedded_program
{
    meta:
        id = "embedded-program"
        severity = "high"
        technique = "T1027.009"
        description = "A text holds a whole program (PE, ELF or Mach-O) as Base64 or hexadecimal digits"
    strings:
        // The DOS header up to e_cblp..e_maxalloc as linkers write it.
        $pe64 = /TV[oqpr][A-Za-z0-9+\/]{60,90}[A-Za-z0-9+\/]*(VGhpcyBwcm9ncmFtIGNhbm5vdCBiZSBydW4|RoaXMgcHJvZ3JhbSBjYW5ub3QgYmUgcnVu|UaGlzIHByb2dyYW0gY2Fubm90IGJlIHJ1b)/
        $pehex = /4d5a[0-9a-f]{100,400}546869732070726f6772616d2063616e6e6f742062652072756e/ nocase
        // ELF, 64 bits, little endian, for Linux; at least 300 more bytes.
        $elf64 = /f0VMRgIBAQ[A-M][A-Za-z0-9+\/]{400}/
        $elf32 = /f0VMRgEBAQ[A-M][A-Za-z0-9+\/]{400}/
        $elfhex = /7f454c460[12]0101[0-9a-f]{600}/ nocase
        // Mach-O, 64 bits.
        $macho64 = /z\/rt\/g[cw]AAA[A-Za-z0-9+\/]{400}/
    condition:
        uint16(0) != 0x5a4d and uint32(0) != 0x464c457f and uint32(0) != 0xfeedfacf and any of them
}

rule packed_program
{
    meta:
        id = "packed-program"
        severity = "medium"
        technique = "T1027.002"
        description = "A program is packed so that its code cannot be read (UPX and kin)"
    strings:
        $upx = "UPX!"
        $sections = "UPX0"
        $mpress = ".MPRESS1"
        $themida = ".themida"
        $vmprotect = ".vmp0"
        $enigma = ".enigma1"
    condition:
        (uint16(0) == 0x5a4d and ($sections in (0..4096) or $mpress in (0..4096) or $themida in (0..4096) or $vmprotect in (0..4096) or $enigma in (0..4096)))
        or (uint32(0) == 0x464c457f and $upx in (0..1024))
        or (uint32(0) == 0xfeedfacf and $upx in (0..8192))
}

rule python_program
{
    meta:
        id = "frozen-script"
        severity = "low"
        technique = "T1027"
        description = "A program is a frozen script (PyInstaller or Nuitka), which hides the script"
    strings:
        $cookie = { 4D 45 49 0C 0B 0A 0B 0E }
        $meipass = "_MEIPASS"
        $nuitka = "NUITKA_ONEFILE_PARENT"
    condition:
        (uint16(0) == 0x5a4d or uint32(0) == 0x464c457f) and ($cookie and $meipass or $nuitka)
}
