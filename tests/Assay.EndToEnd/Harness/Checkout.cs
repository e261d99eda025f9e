namespace Assay.EndToEnd.Harness;

/// <summary>Where things lie in the checkout these tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Clients { get; } = Path.Combine(Root, "artifacts", "clients");

    /// <summary>The server as built beside these tests, in the same configuration.</summary>
    public static string ServerAssembly { get; } =
        Path.Combine(Root, "src", "Assay.Server", "bin", Configuration, "net10.0", "Assay.Server.dll");

    /// <summary>The client, on the runtime: the native one is the same program.</summary>
    public static string ClientAssembly { get; } =
        Path.Combine(Root, "src", "Assay.Cli", "bin", Configuration, "net10.0", "assay.dll");

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);

        while (!File.Exists(Path.Combine(folder.FullName, "Assay.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside a checkout of Assay.");
        }

        return folder.FullName;
    }
}
