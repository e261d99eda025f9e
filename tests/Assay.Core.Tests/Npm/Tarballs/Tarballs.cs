using Assay.Npm;

namespace Assay.Core.Tests.Npm;

/// <summary>Short ways to read an archive in a test.</summary>
internal static class Tarballs
{
    public static async Task<TarballContents> AcceptAsync(byte[] tgz, TarballLimits? limits = null) =>
        Assert.IsType<TarballReading.Accepted>(await ReadAsync(tgz, limits)).Contents;

    public static async Task<TarballProblem> RefuseAsync(string code, byte[] tgz, TarballLimits? limits = null)
    {
        var problem = Assert.IsType<TarballReading.Refused>(await ReadAsync(tgz, limits)).Problem;
        Assert.Equal(code, problem.Code);
        return problem;
    }

    public static Task<TarballReading> ReadAsync(byte[] tgz, TarballLimits? limits = null) =>
        TarballReader.ReadAsync(new MemoryStream(tgz), limits ?? TarballLimits.Default, TestContext.Current.CancellationToken);
}
