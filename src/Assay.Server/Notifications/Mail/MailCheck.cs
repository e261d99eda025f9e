using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>The mail server answers, as encrypted as it should, and lets the registry in. No mail is sent.</summary>
internal sealed class MailCheck(MailServer server, IOptions<MailOptions> options) : IDoctorCheck
{
    public string Subject => "mail server";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn)
        {
            yield return Finding.Ok("There is no mail (Assay:Mail:Host); nobody is told by mail of what happens to their account and packages");
            yield break;
        }
        yield return await server.TryAsync(cancellationToken) is { } problem
            ? Finding.Failed($"No mail goes out: {problem.Text}", "See docs/mail.md; mails wait and are sent when it works")
            : Finding.Ok($"The mail server {server.Name} lets this registry in");
    }
}
