// Code that finds what it needs by itself, as only injected code does.

rule shellcode_api_by_hash
{
    meta:
        id = "shellcode"
        severity = "high"
        technique = "T1620"
        description = "Windows shellcode that walks the list of loaded modules and finds functions by the ror-13 hash of their names"
    strings:
        // mov edx, gs:[rdx+60h]; mov rdx, [rdx+18h]; mov rdx, [rdx+20h]
        $peb64 = { 65 48 8B 52 60 48 8B 52 18 48 8B 52 20 }
        // mov edx, fs:[eax+30h]; mov edx, [edx+0Ch]; mov edx, [edx+14h]
        $peb32 = { 64 8B (50 | 52) 30 8B 52 0C 8B 52 14 }
        // ror r9d, 13; add r9d, eax
        $ror64 = { 41 C1 C9 0D 41 01 C1 }
        // ror edi, 13; add edi, eax
        $ror32 = { C1 CF 0D 01 C7 }
        $hex = "65488b5260488b5218488b5220" nocase
        $escaped = "\\x65\\x48\\x8b\\x52\\x60\\x48\\x8b\\x52\\x18" nocase
        $listed = "0x65,0x48,0x8b,0x52,0x60,0x48,0x8b,0x52,0x18" nocase
    condition:
        ($peb64 and $ror64) or ($peb32 and $ror32) or $hex or $escaped or $listed
}

rule shellcode_unix_shell
{
    meta:
        id = "shellcode-shell"
        severity = "high"
        technique = "T1059.004"
        description = "Shellcode that starts a shell by a system call, written as text"
    strings:
        // push 59; pop rax … "/bin//sh" … syscall
        $escaped64 = /\\x6a\\x3b(\\x[0-9a-f]{2}){1,24}\\x2f\\x62\\x69\\x6e(\\x[0-9a-f]{2}){1,40}\\x0f\\x05/ nocase
        // "/bin//sh" as two pushes, then int 80h
        $escaped32 = /\\x68\\x2f\\x2f\\x73\\x68\\x68\\x2f\\x62\\x69\\x6e(\\x[0-9a-f]{2}){1,40}\\xcd\\x80/ nocase
    condition:
        any of them
}

rule reflective_loader
{
    meta:
        id = "reflective-loader"
        severity = "high"
        technique = "T1620"
        description = "A library that loads itself from memory, as remote-control implants do"
    strings:
        $export = "ReflectiveLoader"
        $pipe = /\\\\\.\\pipe\\[a-z0-9_-]{2,20}/ ascii wide
        $beacon = "%s (admin)" ascii
        $spawn = "rundll32.exe" ascii wide
        $post = "/submit.php" ascii
        $inject = "could not open process token" ascii
    condition:
        uint16(0) == 0x5a4d and ($export or 3 of ($pipe, $beacon, $spawn, $post, $inject))
}
