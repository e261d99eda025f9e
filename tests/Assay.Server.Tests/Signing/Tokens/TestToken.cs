using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Server.Tests.Fixtures;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Assay.Server.Tests.Signing.Tokens;

/// <summary>
/// A SoftHSM token of one test. The library has one state for the whole process and reads its settings from a file that the environment names:
/// so there is one file, every test writes it anew, and all tests of tokens are in one class, which runs them one by one.
/// </summary>
internal sealed class TestToken : IDisposable
{
    public const string Library = "/usr/lib/softhsm/libsofthsm2.so";
    public const string Label = "assay test";
    public const string Pin = "4711-0815";

    private static readonly Lazy<string> Settings = new(PointToSettings);

    private readonly TemporaryFolder folder = new();

    private TestToken() => Directory.CreateDirectory(Tokens);

    public string PinFile => folder.In("pin");

    public string[] Configuration =>
    [
        "--Assay:Signing:Holder=pkcs11", .. Named,
    ];

    /// <summary>The token is known, and new keys are made in files.</summary>
    public string[] Named =>
    [
        $"--Assay:Signing:Pkcs11Library={Library}", $"--Assay:Signing:Pkcs11TokenLabel={Label}", $"--Assay:Signing:Pkcs11PinFile={PinFile}",
    ];

    private string Tokens => folder.In("tokens");

    /// <param name="mechanisms">What it can do, as SoftHSM's settings say it.</param>
    public static async Task<TestToken> InitializeAsync(string mechanisms = "ALL")
    {
        var token = new TestToken();
        await File.WriteAllTextAsync(Settings.Value, $"""
            directories.tokendir = {token.Tokens}
            objectstore.backend = file
            log.level = ERROR
            slots.mechanisms = {mechanisms}
            """ + "\n");
        var start = new ProcessStartInfo("softhsm2-util", ["--init-token", "--free", "--label", Label, "--pin", Pin, "--so-pin", "12345678"]) { RedirectStandardOutput = true };
        start.Environment["SOFTHSM2_CONF"] = Settings.Value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        token.WritePin(Pin + "\n");
        return token;
    }

    public void WritePin(string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.WriteAllText(PinFile, text);
        File.SetUnixFileMode(PinFile, mode);
    }

    public void TakeAway() => Directory.Move(Tokens, folder.In("away"));

    public void BringBack() => Directory.Move(folder.In("away"), Tokens);

    /// <summary>Another program's view of the token. The library is closed for the whole process after it: the registry loses its session.</summary>
    public static void Use(Action<Pkcs11InteropFactories, ISession> act, string pin = Pin)
    {
        var factories = new Pkcs11InteropFactories();
        using var library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, Library, AppType.MultiThreaded);
        var slot = library.GetSlotList(SlotsType.WithTokenPresent).Single(slot => slot.GetTokenInfo().Label == Label);
        using var session = slot.OpenSession(SessionType.ReadWrite);
        if (session.GetSessionInfo().State is not CKS.CKS_RW_USER_FUNCTIONS)
        {
            session.Login(CKU.CKU_USER, pin);
        }
        act(factories, session);
    }

    public void Dispose() => folder.Dispose();

    private static string PointToSettings()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("assay-softhsm-").FullName, "softhsm2.conf");
        // The framework keeps an environment of its own; native code reads the process's.
        Assert.Equal(0, SetEnvironment(Encoding.UTF8.GetBytes("SOFTHSM2_CONF\0"), Encoding.UTF8.GetBytes(path + "\0"), 1));
        return path;
    }

    [DllImport("libc", EntryPoint = "setenv"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(byte[] name, byte[] value, int overwrite);
}
