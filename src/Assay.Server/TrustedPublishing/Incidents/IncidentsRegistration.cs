namespace Assay.Server.TrustedPublishing;

internal static class IncidentsRegistration
{
    public static void AddIncidents(this IServiceCollection services)
    {
        services.AddSingleton<ResponderGate>();
        services.AddSingleton<FrozenRuns>();
        services.AddSingleton<FrozenExchanges>();
        services.AddSingleton<AddFreeze>();
        services.AddSingleton<LiftFreeze>();
        services.AddSingleton<FreezeListing>();
        services.AddSingleton<PreviewIncident>();
        services.AddSingleton<DeclareIncident>();
        services.AddSingleton<UndoIncident>();
        services.AddSingleton<IncidentListing>();
        services.AddSingleton<IncidentChoices>();
        services.AddSingleton<ReadQuarantined>();
    }
}
