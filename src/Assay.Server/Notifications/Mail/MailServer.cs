using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Assay.Server.Notifications;

/// <summary>A mail that was not taken: why, and whether it ever could be.</summary>
internal sealed record MailProblem(string Text, bool IsForGood);

/// <summary>The operator's SMTP server.</summary>
internal sealed class MailServer(IOptions<MailOptions> options, MailPassword password)
{
    public string Name => $"{options.Value.Host}:{options.Value.PortInUse} ({options.Value.Security})";

    /// <summary>Null when the server took it.</summary>
    public Task<MailProblem?> SendAsync(MimeMessage message, CancellationToken cancellationToken) =>
        TalkAsync(async (client, stop) => await client.SendAsync(message, stop), cancellationToken);

    /// <summary>As far as a mail would come, without one; null when it would be taken.</summary>
    public Task<MailProblem?> TryAsync(CancellationToken cancellationToken) =>
        TalkAsync((client, stop) => client.NoOpAsync(stop), cancellationToken);

    private async Task<MailProblem?> TalkAsync(Func<SmtpClient, CancellationToken, Task> talk, CancellationToken cancellationToken)
    {
        // The certificate is checked as for any https request of this program: without asking its authority whether it was taken back.
        using var client = new SmtpClient { Timeout = options.Value.TimeoutSeconds * 1_000, CheckCertificateRevocation = false };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.TimeoutSeconds));
        try
        {
            await client.ConnectAsync(options.Value.Host, options.Value.PortInUse, SocketSecurity, limit.Token);
            if (options.Value.User.Length > 0)
            {
                await client.AuthenticateAsync(options.Value.User, password.Reveal(), limit.Token);
            }
            await talk(client, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MailProblem($"{Name} did not answer within {options.Value.TimeoutSeconds} seconds.", IsForGood: false);
        }
        catch (SmtpCommandException refused)
        {
            // A server that will never take mail for this address; anything else can be mended.
            var isForGood = refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted && (int)refused.StatusCode >= 500;
            return new MailProblem($"{Name} answered {(int)refused.StatusCode}: {refused.Message}", isForGood);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ProtocolException or AuthenticationException
            or SslHandshakeException or ServiceNotConnectedException or NotSupportedException)
        {
            return new MailProblem($"{Name}: {FirstLine(failure.Message)}", IsForGood: false);
        }
        await QuitAsync(client, cancellationToken);
        return null;
    }

    // What was taken stays taken, however the server says good-bye.
    private static async Task QuitAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ProtocolException or CommandException)
        {
            return;
        }
    }

    private SecureSocketOptions SocketSecurity => options.Value.Security switch
    {
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
