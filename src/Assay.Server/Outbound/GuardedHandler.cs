using System.Net;
using System.Net.Sockets;

namespace Assay.Server.Outbound;

/// <summary>Looks a host name up.</summary>
internal delegate Task<IPAddress[]> ResolveAddresses(string host, CancellationToken cancellationToken);

/// <summary>Where a request may go, and how long it may take to get there.</summary>
/// <param name="AllowedPrivate">Ranges that are not public, and allowed all the same.</param>
/// <param name="ConnectLimit">How long a connection may take to be made.</param>
/// <param name="Remedy">What an operator does about an address that is refused.</param>
internal sealed record OutboundLimits(IReadOnlyList<IPNetwork> AllowedPrivate, TimeSpan ConnectLimit, string Remedy);

/// <summary>
/// Carries one request to a URL that somebody else chose. It connects to the very address it has checked, so that a name cannot mean another
/// machine a moment later; it follows no redirect and uses no proxy. Size and time of the answer are its user's to limit.
/// </summary>
internal static class GuardedHandler
{
    private const int HeaderKilobytes = 16;

    public static SocketsHttpHandler Create(ResolveAddresses resolve, Uri url, OutboundLimits limits) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = HeaderKilobytes,
        // The connection is not used again: what was not read of an answer is not read after it either.
        MaxResponseDrainSize = 0,
        ConnectTimeout = limits.ConnectLimit,
        ConnectCallback = (context, stop) => ConnectAsync(resolve, context.DnsEndPoint, url, limits, stop),
    };

    /// <summary>Plain http that cannot leave this machine.</summary>
    public static bool IsLoopbackHttp(Uri url) => url.Scheme == Uri.UriSchemeHttp && url.IsLoopback;

    private static async ValueTask<Stream> ConnectAsync(
        ResolveAddresses resolve, DnsEndPoint target, Uri url, OutboundLimits limits, CancellationToken cancellationToken)
    {
        var addresses = await resolve(target.Host, cancellationToken);
        // Plain http stays on this machine whatever `localhost` resolves to.
        var allowed = Array.FindAll(addresses, address =>
            IsLoopbackHttp(url) ? IPAddress.IsLoopback(address) : AddressGuard.Allows(address, limits.AllowedPrivate));
        if (allowed.Length == 0)
        {
            throw new IOException($"{target.Host} resolves to {string.Join(", ", addresses.AsEnumerable())}, which is not a public address. {limits.Remedy}");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
