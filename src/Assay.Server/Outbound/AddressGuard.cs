using System.Net;
using System.Net.Sockets;

namespace Assay.Server.Outbound;

/// <summary>Which addresses the registry may be sent to by a URL that somebody else chose.</summary>
internal static class AddressGuard
{
    // Never, whatever an operator allows: this host, cloud metadata, and addresses that mean something else on each machine.
    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("fd00:ec2::/32"),
        IPNetwork.Parse("fd20:ce::/32"),
    ];

    // Only where an operator says so: a corporate GitLab lives there.
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
    ];

    // IPv6 has one range of public addresses. Of the rest (link-local, multicast, IPv4 in one of its many disguises) nothing is reached.
    private static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    public static bool Allows(IPAddress address, IReadOnlyList<IPNetwork> allowedPrivate)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (Never.Any(range => range.Contains(plain)))
        {
            return false;
        }
        return Private.Any(range => range.Contains(plain))
            ? allowedPrivate.Any(range => range.Contains(plain))
            : plain.AddressFamily is AddressFamily.InterNetwork || PublicIPv6.Contains(plain);
    }
}
