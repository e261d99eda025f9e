using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary><c>admin mail test</c>.</summary>
internal static class MailAdmin
{
    public static void MapAdminMail(this IEndpointRouteBuilder admin) => admin.MapPost("/mail/test", TestAsync);

    private static async Task<IResult> TestAsync(
        HttpContext context, MailServer server, WriteMail write, IOptions<MailOptions> options, CommitQueue commits, TimeProvider time, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || !MailAddress.TryParse((json as JsonObject)?.Text("address") ?? "", out var address))
        {
            return problem ?? NpmError.BadRequest("To which address? Give one like alice@acme.example.");
        }
        if (!options.Value.IsOn)
        {
            return NpmError.Conflict("There is no mail: set Assay:Mail:Host and Assay:Mail:From (docs/mail.md).", "no-mail");
        }
        var id = $"test-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        if (await server.SendAsync(write.Test(id, address, time.GetUtcNow()), cancellationToken) is { } refused)
        {
            return NpmError.Conflict($"It was not sent: {refused.Text}", "mail-refused");
        }
        await commits.RunAsync((commit, _) =>
        {
            commit.Record(Actor.Operator, "mail.tested", address.Address);
            return Task.FromResult(true);
        }, cancellationToken);
        return JsonAnswer.Lines($"{server.Name} took a mail to {address.Address}. Look whether it arrives.");
    }
}
