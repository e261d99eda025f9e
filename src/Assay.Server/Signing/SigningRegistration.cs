using Assay.Server.Data;
using Assay.Server.Signing.Tokens;

namespace Assay.Server.Signing;

internal static class SigningRegistration
{
    public static void AddSigning(this IServiceCollection services)
    {
        services.AddSingleton<KeyFiles>();
        services.AddSingleton<TokenSession>();
        services.AddSingleton<TokenKeys>();
        services.AddSingleton<KeyHolders>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<RotateKey>();
        services.AddSingleton<OpenSigningKeys>();
        services.AddSingleton<IDoctorCheck, KeysCheck>();
    }
}
