namespace Assay.Server.Data.Sealing;

internal static class SealingRegistration
{
    /// <param name="services">The services.</param>
    /// <param name="keyFile">Where the key is, or will be.</param>
    public static void AddSealing(this IServiceCollection services, string keyFile)
    {
        services.AddSingleton(new SecretKeyFile(keyFile));
        services.AddSingleton<SecretSeal>();
        services.AddSingleton<IDoctorCheck, SecretSealCheck>();
    }
}
