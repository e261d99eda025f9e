using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.TrustedPublishing;

/// <summary>What would happen: to a run, and with a workflow file. For those who may see what did happen.</summary>
internal static class SimulationEndpoints
{
    private delegate bool Reader<T>(JsonNode? json, out T? request, out string? problem)
        where T : class;

    public static void MapSimulation(this IEndpointRouteBuilder app)
    {
        app.MapPost("/-/assay/v1/trust/simulate", SimulateAsync);
        app.MapPost("/-/assay/v1/trust/lint", LintAsync);
    }

    public static void MapAdminSimulation(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/simulate", SimulateLinesAsync);
        admin.MapPost("/lint", LintLinesAsync);
    }

    private static Task<JsonAnswer> SimulateAsync(
        HttpContext context, Caller caller, AttemptRights rights, Simulate simulate, CancellationToken cancellationToken) =>
        ForOwnersAsync<SimulationRequest>(
            context, SimulationRequest.TryRead, request => rights.RefuseAsync(request.Package, caller, cancellationToken),
            request => AnswerAsync(simulate, request, SimulationAnswers.Of, cancellationToken), cancellationToken);

    private static Task<JsonAnswer> LintAsync(
        HttpContext context, Caller caller, AttemptRights rights, LintWorkflow lint, CancellationToken cancellationToken) =>
        ForOwnersAsync<LintRequest>(
            context, LintRequest.TryRead, request => rights.RefuseAsync(request.Package, caller, cancellationToken),
            request => AnswerAsync(lint, request, LintAnswers.Of, cancellationToken), cancellationToken);

    private static Task<JsonAnswer> SimulateLinesAsync(HttpContext context, Simulate simulate, CancellationToken cancellationToken) =>
        ReadAsync<SimulationRequest>(
            context, SimulationRequest.TryRead, request => AnswerAsync(simulate, request, found => Lines(SimulationAnswers.Lines(found), fails: false), cancellationToken),
            cancellationToken);

    private static Task<JsonAnswer> LintLinesAsync(HttpContext context, LintWorkflow lint, CancellationToken cancellationToken) =>
        ReadAsync<LintRequest>(
            context, LintRequest.TryRead, request => AnswerAsync(lint, request, found => Lines(LintAnswers.Lines(found), LintAnswers.Fails(found)), cancellationToken),
            cancellationToken);

    private static async Task<JsonAnswer> AnswerAsync(
        Simulate simulate, SimulationRequest request, Func<Simulation, JsonObject> shown, CancellationToken cancellationToken)
    {
        var (simulation, denial) = await simulate.RunAsync(request, cancellationToken);
        return simulation is null ? denial!.ToAnswer() : JsonAnswer.Ok(shown(simulation));
    }

    private static async Task<JsonAnswer> AnswerAsync(
        LintWorkflow lint, LintRequest request, Func<IReadOnlyList<LintResult>, JsonObject> shown, CancellationToken cancellationToken)
    {
        var (results, denial) = await lint.RunAsync(request, cancellationToken);
        return denial is null ? JsonAnswer.Ok(shown(results)) : denial.ToAnswer();
    }

    private static Task<JsonAnswer> ForOwnersAsync<T>(
        HttpContext context, Reader<T> read, Func<T, Task<JsonAnswer?>> refuse, Func<T, Task<JsonAnswer>> answer, CancellationToken cancellationToken)
        where T : class =>
        ReadAsync(context, read, async request => await refuse(request) ?? await answer(request), cancellationToken);

    private static async Task<JsonAnswer> ReadAsync<T>(
        HttpContext context, Reader<T> read, Func<T, Task<JsonAnswer>> answer, CancellationToken cancellationToken)
        where T : class
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        return read(json, out var request, out var wrong) ? await answer(request!) : NpmError.BadRequest(wrong!);
    }

    private static JsonObject Lines(IEnumerable<string> lines, bool fails) =>
        new() { ["lines"] = new JsonArray([.. lines.Select(line => JsonValue.Create(line))]), ["fails"] = fails };
}
