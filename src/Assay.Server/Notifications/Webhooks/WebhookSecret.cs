using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Notifications;

/// <summary>Signs deliveries as Standard Webhooks wants it: HMAC-SHA256 over id, time and body.</summary>
internal static class WebhookSecret
{
    /// <summary>What the bytes are sealed for.</summary>
    public const string Purpose = "webhook";

    private const string Prefix = "whsec_";
    private const int Size = 32;

    public static byte[] Create() => RandomNumberGenerator.GetBytes(Size);

    /// <summary>As receivers' libraries take it; shown once.</summary>
    public static string Text(byte[] secret) => Prefix + Convert.ToBase64String(secret);

    /// <summary>The value of <c>webhook-signature</c>: one signature for each secret that is valid now.</summary>
    public static string Sign(IEnumerable<byte[]> secrets, string messageId, DateTimeOffset at, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{messageId}.{at.ToUnixTimeSeconds()}.{body}"));
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"));
    }
}
