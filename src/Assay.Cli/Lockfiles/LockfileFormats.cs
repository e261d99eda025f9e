using System.Text;

namespace Assay.Cli.Lockfiles;

/// <summary>Which reader reads which file. Yarn's two generations share a name and differ in the first lines.</summary>
internal static class LockfileFormats
{
    private static readonly Dictionary<string, Func<byte[], Lockfile>> Readers = new(StringComparer.Ordinal)
    {
        ["package-lock.json"] = NpmLockfile.Read,
        ["npm-shrinkwrap.json"] = NpmLockfile.Read,
        ["pnpm-lock.yaml"] = bytes => PnpmLockfile.Read(Text(bytes)),
        ["yarn.lock"] = ReadYarn,
    };

    public static bool Knows(string path) => Readers.ContainsKey(Path.GetFileName(path));

    public static Lockfile Read(string path, byte[] bytes) => Readers[Path.GetFileName(path)](bytes);

    private static Lockfile ReadYarn(byte[] bytes)
    {
        var text = Text(bytes);
        return text.Contains("# yarn lockfile v1", StringComparison.Ordinal) ? YarnClassicLockfile.Read(text) : YarnBerryLockfile.Read(text);
    }

    private static string Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new LockfileRefused("It is not UTF-8.");
        }
    }
}
