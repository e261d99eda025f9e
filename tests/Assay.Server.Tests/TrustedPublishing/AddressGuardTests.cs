using System.Net;
using Assay.Server.Outbound;

namespace Assay.Server.Tests.TrustedPublishing;

public sealed class AddressGuardTests
{
    private static readonly IPNetwork[] Nothing = [];
    private static readonly IPNetwork[] Everything = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")];

    [Theory]
    [InlineData("140.82.112.3")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("2606:50c0:8000::154")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2a00:1450:4001:82a::200e")]
    [InlineData("::ffff:140.82.112.3")]
    public void A_public_address_is_allowed(string address) =>
        Assert.True(AddressGuard.Allows(IPAddress.Parse(address), Nothing));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public void A_private_address_is_allowed_only_by_a_range_that_holds_it(string address)
    {
        var parsed = IPAddress.Parse(address);

        Assert.False(AddressGuard.Allows(parsed, Nothing));
        Assert.False(AddressGuard.Allows(parsed, [IPNetwork.Parse("192.168.77.0/24"), IPNetwork.Parse("fdff::/16")]));
        Assert.True(AddressGuard.Allows(parsed, Everything));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fe80::a9fe:a9fe%2")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:a9fe:a9fe::1")]
    [InlineData("2001:20::1")]
    [InlineData("192.88.99.1")]
    [InlineData("::169.254.169.254")]
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:0:8.8.8.8")]
    [InlineData("::2")]
    [InlineData("100::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    public void Link_local_metadata_and_translated_addresses_are_never_allowed(string address)
    {
        var parsed = IPAddress.Parse(address);

        Assert.False(AddressGuard.Allows(parsed, Nothing));
        Assert.False(AddressGuard.Allows(parsed, Everything));
    }
}
