using System.Diagnostics;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

/// <summary>The archives that npm itself makes must all pass.</summary>
public sealed class PackedByNpmTests
{
    [Fact]
    public async Task Accepts_what_npm_packs()
    {
        using var folder = new TemporaryFolder();
        folder.Write("package.json", """{"name":"@acme/x","version":"1.2.3","bin":"cli.js","repository":"acme/x","author":"Alice <a@acme.example>"}""");
        folder.Write("cli.js", "#!/usr/bin/env node\n");
        folder.Write("ReadMe.md", "# x\n");
        folder.Write($"lib/{new string('d', 90)}/{new string('é', 60)}.js", "1");
        await folder.PackAsync(TestContext.Current.CancellationToken);

        var contents = await Tarballs.AcceptAsync(folder.Read("acme-x-1.2.3.tgz"));

        Assert.Equal(4, contents.FileCount);
        Assert.Equal("# x\n", contents.Readme);
        Assert.True(PackageManifest.TryRead(contents, PublisherDetails.None, out var manifest, out _));
        Assert.Equal("@acme/x", manifest.Name.Value);
    }

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("assay-pack-").FullName;

        public void Write(string name, string text)
        {
            var file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(path, name));

        public async Task PackAsync(CancellationToken cancellationToken)
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["pack", "--silent", "--offline"])
            {
                WorkingDirectory = path,
                RedirectStandardOutput = true,
            })!;
            await npm.StandardOutput.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            Assert.Equal(0, npm.ExitCode);
        }

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
