using Assay.Npm;
using Assay.Server.Answers;
using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>Another npm registry.</summary>
internal sealed class RegistrySource(Uri registry, SourceFetch fetch, ImportOptions options) : IImportSource
{
    public string Name { get; } = registry.AbsoluteUri;

    /// <exception cref="SourceFailure">It is not an address that packages are taken from.</exception>
    public static RegistrySource Open(ImportRequest request, ImportOptions options)
    {
        if (!Uri.TryCreate(request.From.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Query.Length > 0)
        {
            throw new SourceFailure("bad-source", "The source is not a URL like https://npm.acme.example/. A credential goes into a file (--token-file FILE), never into the URL.");
        }
        var token = request.RevealToken();
        if (token is not null && url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback)
        {
            throw new SourceFailure("insecure-source", $"{url} is not https: everybody on the way could read the token. Use https, or a tunnel that ends at localhost.");
        }
        return new RegistrySource(url, new SourceFetch(url, request.TarballHost, token, TimeSpan.FromSeconds(options.FetchSeconds)), options);
    }

    public async Task<SourceNames> ListAsync(NameSelection selection, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        if (selection.IsEmpty)
        {
            throw new SourceFailure("no-names", "Which packages? Say --names '@acme/*', --list FILE with a name per line, or --all.");
        }
        if (!selection.NeedsListing)
        {
            return new SourceNames(selection.From([]));
        }
        var listed = await new RegistryListing(registry, fetch, options.MaximumDocumentBytes).ReadAsync(selection, cancellationToken);
        return listed with { Names = selection.From(listed.Names) };
    }

    public async Task<SourcePackage> ReadAsync(PackageName name, CancellationToken cancellationToken) =>
        SourceDocument.Read(name, await fetch.DocumentAsync(new Uri(registry.AbsoluteUri + name.Escaped), options.MaximumDocumentBytes, cancellationToken));

    public Task FetchAsync(SourceVersion version, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(registry, version.Tarball, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new SourceFailure("bad-tarball-url", $"'{Printable.Value(version.Tarball)}' is not the address of a tarball.");
        }
        var target = SameSchemeAsRegistry(url);
        return fetch.MayAsk(target)
            ? fetch.TarballAsync(target, read, cancellationToken)
            : throw new SourceFailure(
                "other-host",
                $"The tarball lies at {Printable.Value(url.GetLeftPart(UriPartial.Authority))}, not at {registry.GetLeftPart(UriPartial.Authority)}. "
                + $"If that is right: --tarball-host {Printable.Value(url.Authority)}");
    }

    public void Dispose() => fetch.Dispose();

    // Behind a proxy that speaks TLS for it, a registry may take itself for one without.
    private Uri SameSchemeAsRegistry(Uri url) =>
        url.Scheme == Uri.UriSchemeHttp && registry.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && registry.IsDefaultPort && url.Host == registry.Host
            ? new UriBuilder(url) { Scheme = registry.Scheme, Port = -1 }.Uri
            : url;
}
