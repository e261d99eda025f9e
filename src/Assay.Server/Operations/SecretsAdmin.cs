using Assay.Server.Answers;

namespace Assay.Server.Operations;

/// <summary><c>admin secrets forget</c></summary>
internal static class SecretsAdmin
{
    public static void MapAdminSecrets(this IEndpointRouteBuilder admin) => admin.MapPost("/secrets/forget", async (ForgetSecrets forget, CancellationToken stop) =>
    {
        var (done, denial) = await forget.RunAsync(stop);
        return denial ?? JsonAnswer.Lines(
            $"Forgotten: the codes of {done!.People} people and the secrets of {done.Webhooks} webhooks.",
            "People set up codes again with npm profile enable-2fa auth-and-writes; until then their password alone signs them in. Tell them now.",
            "Webhooks are stopped: rotate each one's secret, give it to its receiver, and resume it.");
    });
}
