using System.Diagnostics.CodeAnalysis;
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
    public static IReadOnlyList<ListenAddress> ParseAll(string urls)
    {
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse).ToList();
        return addresses.Count > 0 ? addresses : throw Unusable(urls);
    }

    /// <summary>How clients on this machine would write it.</summary>
    public Uri AsUrl() => new($"{Scheme}://{(IsWildcard ? "localhost" : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/");

    public void Apply(KestrelServerOptions kestrel)
    {
        void Configure(ListenOptions listen)
        {
            if (Scheme == "https")
            {
                UseHttps(listen);
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

    private void UseHttps(ListenOptions listen)
    {
        try
        {
            listen.UseHttps();
        }
        catch (InvalidOperationException)
        {
            throw new StartRefused(
                $"--urls: '{Text}' needs a certificate. Set Kestrel:Certificates:Default:Path (and :KeyPath or :Password), or let a reverse proxy speak https.");
        }
    }

    private static ListenAddress Parse(string text)
    {
        if (!TryParse(text, out var parsed))
        {
            throw Unusable(text);
        }
        var host = parsed.Host.Trim('[', ']');
        var usable = parsed.Scheme is "http" or "https" && parsed.PathBase.Length == 0 && parsed.Port is > 0 and <= IPEndPoint.MaxPort
            && (host is "localhost" or "*" or "+" || IPAddress.TryParse(host, out _));
        return usable
            ? new ListenAddress(text, parsed.Scheme, host, parsed.Port)
            : throw Unusable(text);
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out BindingAddress? parsed)
    {
        try
        {
            parsed = BindingAddress.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            parsed = null;
            return false;
        }
    }

    private static StartRefused Unusable(string text) =>
        new($"--urls: cannot listen on '{text}'. Use http://HOST:PORT with localhost, an IP address or * as host, and a port from 1 to 65535.");
}
