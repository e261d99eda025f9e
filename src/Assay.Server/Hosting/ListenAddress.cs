using System.Net;
using Assay.Server.Data;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assay.Server.Hosting;

/// <summary>One value of <c>--urls</c>.</summary>
internal sealed record ListenAddress(string Text, string Scheme, string Host, int Port)
{
    public const string Default = "http://localhost:4873";

    public bool IsLoopback => Host is "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    private bool IsWildcard => Host is "*" or "+" || (IPAddress.TryParse(Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    /// <exception cref="StartRefused">A value is not an address to listen on.</exception>
    public static IReadOnlyList<ListenAddress> ParseAll(string urls) =>
        [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    /// <summary>How clients on this machine would write it.</summary>
    public Uri AsUrl() => new($"{Scheme}://{(IsWildcard ? "localhost" : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/");

    public void Apply(KestrelServerOptions kestrel)
    {
        void Configure(ListenOptions listen)
        {
            if (Scheme == "https")
            {
                listen.UseHttps();
            }
        }
        if (IsWildcard)
        {
            kestrel.ListenAnyIP(Port, Configure);
        }
        else if (Host == "localhost")
        {
            kestrel.ListenLocalhost(Port, Configure);
        }
        else
        {
            kestrel.Listen(IPAddress.Parse(Host), Port, Configure);
        }
    }

    private static ListenAddress Parse(string text)
    {
        var parsed = BindingAddress.Parse(text);
        var host = parsed.Host.Trim('[', ']');
        var usable = parsed.Scheme is "http" or "https" && parsed.PathBase.Length == 0
            && (host is "localhost" or "*" or "+" || IPAddress.TryParse(host, out _));
        return usable
            ? new ListenAddress(text, parsed.Scheme, host, parsed.Port)
            : throw new StartRefused($"--urls: cannot listen on '{text}'. Use http://HOST:PORT with localhost, an IP address or * as host.");
    }
}
