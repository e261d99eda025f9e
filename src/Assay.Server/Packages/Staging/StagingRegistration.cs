namespace Assay.Server.Packages;

internal static class StagingRegistration
{
    public static void AddStaging(this IServiceCollection services)
    {
        services.AddSingleton<KeepStage>();
        services.AddSingleton<ReadStages>();
        services.AddSingleton<ReadStageDetails>();
        services.AddSingleton<ReadPublishingAccess>();
        services.AddSingleton<FindScopeOwner>();
        services.AddSingleton<PrepareStages>();
        services.AddSingleton<JudgeApproval>();
        services.AddSingleton<ApproveStages>();
        services.AddSingleton<RejectStage>();
        services.AddSingleton<ReleaseSets>();
        services.AddSingleton<StagingSettings>();
        services.AddSingleton<CiIdentities>();
        services.AddSingleton<CompareStage>();
        services.AddSingleton<ForgetStages>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgetStages>());
    }
}
