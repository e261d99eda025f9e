using System.Net;

namespace Assay.Server.Outbound;

internal static class OutboundRegistration
{
    public static void AddOutbound(this IServiceCollection services) => services.AddSingleton<ResolveAddresses>(Dns.GetHostAddressesAsync);
}
