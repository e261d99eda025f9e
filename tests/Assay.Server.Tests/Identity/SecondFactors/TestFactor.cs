using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Server.Tests.Fixtures;
using Assay.Trust.People;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>A person's authenticator app, and what else they got when they set it up.</summary>
internal sealed record TestFactor(RegistryApp App, byte[] Secret, string[] RecoveryCodes)
{
    /// <summary>The code of now.</summary>
    public string Code => CodeAt(TimeSpan.Zero);

    public string CodeAt(TimeSpan later) => Totp.CodeOf(Secret, Totp.StepOf(App.Clock.GetUtcNow() + later));

    /// <summary>A code that was not shown before.</summary>
    public string NextCode()
    {
        App.Clock.Advance(TimeSpan.FromSeconds(30));
        return Code;
    }

    /// <summary>Six digits that are no code of now, nor of the steps beside it.</summary>
    public string WrongCode()
    {
        string[] right = [CodeAt(TimeSpan.FromSeconds(-30)), Code, CodeAt(TimeSpan.FromSeconds(30))];
        return Enumerable.Range(0, 10).Select(digit => new string((char)('0' + digit), 6)).First(code => !right.Contains(code));
    }
}

internal static partial class TestFactors
{
    private const string Profile = "/-/npm/v1/user";

    /// <summary>As <c>npm profile enable-2fa</c> does it.</summary>
    public static async Task<TestFactor> EnrolledAsync(this RegistryApp app, string token)
    {
        var begun = await (await app.PostAsync(Profile, token, Tfa("auth-and-writes"))).ShouldBeAsync(HttpStatusCode.OK);
        var secret = Decode(SecretPattern().Match((string)begun["tfa"]!).Groups[1].Value);
        var code = Totp.CodeOf(secret, Totp.StepOf(app.Clock.GetUtcNow()));
        var done = await (await app.PostAsync(Profile, token, new JsonObject { ["tfa"] = new JsonArray(code) })).ShouldBeAsync(HttpStatusCode.OK);
        return new TestFactor(app, secret, [.. done["tfa"]!.AsArray().Select(item => (string)item!)]);
    }

    public static JsonObject Tfa(string mode, string password = RegistryApp.Password) =>
        new() { ["tfa"] = new JsonObject { ["mode"] = mode, ["password"] = password } };

    /// <summary>Sends a request with a code, as <c>--otp</c> does.</summary>
    public static Task<HttpResponseMessage> WithCodeAsync(this RegistryApp app, HttpMethod method, string path, string token, string? code, JsonNode? body = null) =>
        app.SendAsync(method, path, token, body is null ? null : RegistryApp.Json(body), headers =>
        {
            if (code is not null)
            {
                headers.TryAddWithoutValidation("npm-otp", code);
            }
        });

    public static Task<HttpResponseMessage> PublishAsync(this TestPackage package, RegistryApp app, string token, string? code) =>
        app.WithCodeAsync(HttpMethod.Put, "/" + package.EscapedName, token, code, package.Document());

    /// <summary>Asked for a code, in the form that makes clients prompt; the body otherwise as any refusal.</summary>
    public static async Task<JsonObject> ShouldAskAsync(this HttpResponseMessage response, string code = "otp-needed")
    {
        var body = await response.ShouldBeAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("OTP", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(code, (string?)body["code"]);
        Assert.Contains("one-time pass", (string)body["error"]!);
        Assert.Equal((string?)body["error"], (string?)body["message"]);
        return body;
    }

    private static byte[] Decode(string base32)
    {
        var bits = string.Concat(base32.Select(character => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(character), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => Convert.ToByte(new string(chunk), 2))];
    }

    [GeneratedRegex("[?&]secret=([A-Z2-7]+)")]
    private static partial Regex SecretPattern();
}
