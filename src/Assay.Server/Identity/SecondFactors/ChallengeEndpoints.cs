using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>Where a client waits for what a person does in a browser. Its address is the only secret it needs: pnpm sends no token here.</summary>
internal static class ChallengeEndpoints
{
    public static void MapChallenges(this IEndpointRouteBuilder app) => app.MapGet("/-/v1/challenge", PollAsync);

    private static async Task<JsonAnswer> PollAsync(string? id, WebChallenges challenges, CancellationToken cancellationToken) =>
        await challenges.PollAsync(id ?? "", cancellationToken) switch
        {
            ChallengePoll.Ready ready => JsonAnswer.Ok(new JsonObject { ["token"] = ready.Answer }),
            ChallengePoll.Pending => new JsonAnswer(StatusCodes.Status202Accepted, new JsonObject()) { RetryAfter = TimeSpan.FromSeconds(2) },
            _ => NpmError.NotFound("This request is over. Run the command again.", "challenge-over"),
        };
}
