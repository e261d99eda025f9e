using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Assay.Server.Outbound;
using Assay.Trust.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>A message, ready to be sent.</summary>
internal sealed record SignedMessage(Uri Url, string Id, DateTimeOffset At, string Signature, string Body);

/// <summary>What came back: a status with the beginning of an answer, or why there was none.</summary>
internal sealed record WebhookAnswer(int? Status, string? Problem, string? Text)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public bool IsGone => Status is StatusCodes.Status410Gone;
}

/// <summary>
/// Posts one message to an address that somebody chose: to a machine that was looked up and checked, without redirects, and with limits on
/// the time and on what is read of the answer.
/// </summary>
internal sealed class SendWebhook(ResolveAddresses resolve, IOptions<WebhooksOptions> options)
{
    private const int BytesRead = 2_048;
    private const int LongestText = 500;

    public async Task<WebhookAnswer> RunAsync(SignedMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.AnswerSeconds));
        try
        {
            return await PostAsync(message, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(null, $"It did not answer within {options.Value.AnswerSeconds} seconds.", null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            return new WebhookAnswer(null, Shortened(failure.InnerException?.Message ?? failure.Message), null);
        }
    }

    /// <summary>What the URL itself already rules out; null when nothing does.</summary>
    public string? Refuse(Uri url)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !(options.Value.AllowLoopbackHttp && GuardedHandler.IsLoopbackHttp(url)))
        {
            return "it must begin with https://";
        }
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return "it must have no name, password or fragment in it";
        }
        return System.Net.IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address)
            && !GuardedHandler.IsLoopbackHttp(url) && !AddressGuard.Allows(address, options.Value.AllowedRanges())
            ? "its address is not a public one, and the operator has not allowed it (Assay:Webhooks:AllowAddresses)"
            : null;
    }

    private async Task<WebhookAnswer> PostAsync(SignedMessage message, CancellationToken cancellationToken)
    {
        // The option may have been taken back since the webhook was made.
        if (Refuse(message.Url) is { } refused)
        {
            return new WebhookAnswer(null, $"The URL cannot be used: {refused}.", null);
        }
        using var handler = GuardedHandler.Create(resolve, message.Url, new OutboundLimits(
            options.Value.AllowedRanges(), TimeSpan.FromSeconds(options.Value.AnswerSeconds), "An operator can allow its range: Assay:Webhooks:AllowAddresses."));
        using var client = new HttpMessageInvoker(handler);
        using var request = Request(message);
        using var response = await client.SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        var text = await BeginningAsync(response, cancellationToken);
        return new WebhookAnswer(status, status is >= 300 and < 400 ? $"It answered {status}, and redirects are not followed." : $"It answered {status}.", text);
    }

    private static HttpRequestMessage Request(SignedMessage message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(message.Body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.UserAgent.ParseAdd("Assay-Webhooks/1");
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", message.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", message.Signature);
        return request;
    }

    // Of an answer that never ends this much is read, and then the connection is closed.
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[BytesRead];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Shortened(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            // The status has come, and it is what counts.
            return "";
        }
    }

    private static string Shortened(string text) => Printable.Cut(Printable.Ascii(text), LongestText);
}
