using System.Security.Cryptography;

namespace Assay.Server.Tests.Fixtures;

/// <summary>Text that does not compress to nothing.</summary>
internal static class Noise
{
    public static string Text(int length) => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789 \n,.", length);
}
