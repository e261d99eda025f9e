using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>What tests of accounts ask.</summary>
internal static partial class AccountCalls
{
    public const string AnotherPassword = "seven quiet herons wade";

    /// <summary>Posts as an administrator's sign-in does.</summary>
    public static Task<HttpResponseMessage> UserAsync(this RegistryApp app, string token, string name, string act, JsonObject? body = null) =>
        app.PostAsync($"/-/assay/v1/users/{name}/{act}", token, body);

    public static Task<HttpResponseMessage> CouchAsync(this RegistryApp app, string name, string password = RegistryApp.Password) =>
        app.PutAsync($"/-/user/org.couchdb.user:{name}", null, new JsonObject { ["name"] = name, ["password"] = password });

    public static async Task<string> InvitedAsync(this RegistryApp app, string name, bool isAdministrator = false) => LinkIn(await app.CommandAsync("/user/invite", new JsonObject
    {
        ["name"] = name,
        ["email"] = $"{name}@example.test",
        ["administrator"] = isAdministrator,
        ["showLink"] = true,
    }));

    /// <summary>They have shown that they read mail there.</summary>
    public static Task VerifiedAsync(this RegistryApp app, string name, string? email = null) => app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        var person = await commit.Db.People.AsTracking().SingleAsync(row => row.Name == name, stop);
        person.Email = email ?? person.Email;
        person.EmailVerifiedAt = commit.Now;
        return true;
    }, CancellationToken.None);

    /// <summary>The path of the one link in a text.</summary>
    public static string LinkIn(string text) => new Uri(LinkPattern().Match(text).Value).AbsolutePath;

    /// <summary>Waits for the newest mail with a link to this address.</summary>
    public static async Task<ReceivedMail> LinkMailAsync(this SmtpReceiver smtp, string to, int count = 1)
    {
        List<ReceivedMail> found = [];
        await Eventually.HoldsAsync(() => (found = [.. smtp.Mails.Where(mail => mail.To == to && LinkPattern().IsMatch(mail.Message.TextBody!))]).Count >= count);
        return found[^1];
    }

    public static bool HasLinkMail(this SmtpReceiver smtp) => smtp.Mails.Any(mail => LinkPattern().IsMatch(mail.Message.TextBody!));

    public static async Task<ReceivedMail> NoticeAsync(this SmtpReceiver smtp, string to, string subject)
    {
        ReceivedMail? found = null;
        await Eventually.HoldsAsync(() => (found = smtp.Mails.FirstOrDefault(mail => mail.To == to && mail.Subject.Contains(subject, StringComparison.Ordinal))) is not null);
        return found!;
    }

    public static Task<List<string>> RecordedAsync(this RegistryApp app, string action) =>
        app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == action).OrderBy(row => row.Id).Select(row => row.Subject).ToListAsync());

    /// <summary>What was asked before is decided: writes go one after another.</summary>
    public static Task SettledAsync(this RegistryApp app) =>
        app.Services.GetRequiredService<CommitQueue>().RunAsync((_, _) => Task.FromResult(true), CancellationToken.None);

    public static async Task<HttpStatusCode> WhoAmIAsync(this RegistryApp app, string token) => (await app.GetAsync("/-/whoami", token)).StatusCode;

    [GeneratedRegex("https?://[^ ]+/-/(?:invitation|recover|email)/[0-9a-f]{40}")]
    private static partial Regex LinkPattern();
}
