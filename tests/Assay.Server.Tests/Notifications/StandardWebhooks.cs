using System.Diagnostics;

namespace Assay.Server.Tests.Notifications;

/// <summary>Verifies as a receiver does, with OpenSSL's HMAC and nothing of this project.</summary>
internal static class StandardWebhooks
{
    public static async Task<bool> VerifiesAsync(string secret, ReceivedMessage message)
    {
        var expected = "v1," + await HmacAsync(Convert.FromBase64String(secret["whsec_".Length..]), $"{message.Id}.{message.Timestamp}.{message.Body}");
        return message.Signature.Split(' ').Contains(expected);
    }

    private static async Task<string> HmacAsync(byte[] key, string text)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["dgst", "-sha256", "-mac", "HMAC", "-macopt", $"hexkey:{Convert.ToHexString(key)}", "-binary"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await openssl.StandardInput.WriteAsync(text);
        openssl.StandardInput.Close();
        using var digest = new MemoryStream();
        await openssl.StandardOutput.BaseStream.CopyToAsync(digest);
        await openssl.WaitForExitAsync();
        return Convert.ToBase64String(digest.ToArray());
    }
}
