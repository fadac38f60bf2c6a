// Miners, clippers and stealers, by what they cannot do without.

rule crypto_miner
{
    meta:
        id = "crypto-miner"
        severity = "high"
        technique = "T1496.001"
        description = "Settings or strings of a crypto miner: a pool's address together with mining options"
    strings:
        $pool = /stratum\+(tcp|ssl|udp):\/\/[A-Za-z0-9.-]{3,80}:[0-9]{2,5}/
        $donate = "donate-level"
        $algo = "randomx" nocase
        $algo2 = "cryptonight" nocase
        $nicehash = "--nicehash"
        $cpu = "--cpu-priority"
        $rig = "rig-id"
        $login = "\"method\":\"login\""
        $submit = "mining.submit"
        $subscribe = "mining.subscribe"
    condition:
        ($pool and 1 of ($donate, $algo, $algo2, $nicehash, $cpu, $rig, $login)) or ($donate and $rig and ($algo or $algo2))
        or ($pool and $submit and $subscribe)
}

rule wallet_clipper
{
    meta:
        id = "wallet-clipper"
        severity = "critical"
        technique = "T1115"
        description = "Patterns for addresses of several currencies together with the clipboard: swaps the address that is pasted"
    strings:
        $bitcoin = /\^?\(?(bc1\|?)?\[13\]\)?(\{1\})?\[a-k?m-zA-HJ-NP-Z/
        $bitcoin2 = "[13][a-km-zA-HJ-NP-Z1-9]"
        $ethereum = /0x\[a-fA-F0-9\]\{40\}/
        $ethereum2 = /0x\[A-Fa-f0-9\]\{40\}/
        $monero = /4\[0-9AB\]\[1-9A-HJ-NP-Za-km-z\]\{93\}/
        $tron = /T\[A-Za-z1-9\]\{33\}/
        $ripple = /r\[0-9a-zA-Z\]\{24,34\}/
        $clip1 = "clipboard" nocase
        $clip2 = "pyperclip"
        $clip3 = "SetClipboardData"
        $clip4 = "pbpaste"
    condition:
        filesize < 8MB and 1 of ($clip*) and (
            ($bitcoin or $bitcoin2) and ($ethereum or $ethereum2) and 1 of ($monero, $tron, $ripple))
}

rule browser_stealer
{
    meta:
        id = "browser-stealer"
        severity = "high"
        technique = "T1555.003"
        description = "A program that names the password stores of several browsers, several wallets and a way out"
    strings:
        $login = "Login Data" ascii wide
        $state = "Local State" ascii wide
        $key = "os_crypt" ascii wide
        $firefox = "key4.db" ascii wide
        $metamask = "nkbihfbeogaeaoehlefnkodbefgpgknn" ascii wide
        $exodus = "exodus.wallet" nocase ascii wide
        $atomic = "atomic\\Local Storage" nocase ascii wide
        $electrum = "Electrum\\wallets" nocase ascii wide
        $discord = "discordcanary" nocase ascii wide
        $webhook = "discord.com/api/webhooks" ascii wide
        $webhook2 = "discordapp.com/api/webhooks" ascii wide
        $telegram = "api.telegram.org/bot" ascii wide
        $gofile = "gofile.io" ascii wide
    condition:
        filesize < 32MB and 3 of ($login, $state, $key, $firefox) and 1 of ($metamask, $exodus, $atomic, $electrum, $discord)
        and 1 of ($webhook, $webhook2, $telegram, $gofile)
}

rule ransom_note
{
    meta:
        id = "ransom-note"
        severity = "critical"
        technique = "T1486"
        description = "A note that files are encrypted and how to pay"
    strings:
        $encrypted = /(all )?your (important )?(files|documents|data) (have been|are|were) encrypted/ nocase
        $pay1 = "bitcoin" nocase
        $pay2 = "monero" nocase
        $pay3 = ".onion"
        $decrypt = /decrypt(ion|or)? (key|tool|software|your files)/ nocase
    condition:
        filesize < 16MB and $encrypted and $decrypt and 1 of ($pay*)
}
