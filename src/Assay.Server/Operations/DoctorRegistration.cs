using Assay.Server.Answers;

namespace Assay.Server.Operations;

/// <summary><c>./run doctor</c>.</summary>
internal static class DoctorRegistration
{
    public static void AddDoctor(this IServiceCollection services) => services.AddSingleton<DoctorRounds>().AddSingleton<ReadTrends>().AddSingleton<ReadStorage>().AddSingleton<WaitingForOperators>();

    public static void MapAdminDoctor(this IEndpointRouteBuilder admin) =>
        admin.MapPost("/doctor", (DoctorRounds rounds, TimeProvider time) => new ProgressAnswer(rounds.RunAsync, time));
}
