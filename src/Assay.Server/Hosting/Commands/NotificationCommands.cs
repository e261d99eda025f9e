using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin audit</c>, <c>admin jobs …</c>, <c>admin webhook …</c> and <c>admin mail …</c>.</summary>
internal static class NotificationCommands
{
    private static readonly (string Name, string Description)[] Filters =
    [
        ("since", "Only from then on: 2026-11-30, or 2026-11-30T12:00:00Z"),
        ("until", "Only before then"),
        ("actor", "Only what this person, run or command did"),
        ("action", "Only this event, or those that begin so: version.*"),
        ("subject", "Only about this, or what begins so: @acme/x@*"),
        ("address", "Only from this address"),
        ("before", "Only older than the event of this number"),
        ("limit", "How many at most (default: 100)"),
    ];

    public static Command Audit(Option<string> data)
    {
        var filters = Filters.Select(filter => new Option<string?>($"--{filter.Name}") { Description = filter.Description }).ToList();
        var export = new Option<string?>("--export") { Description = "Write all of them to this file instead, as JSON, one a line, the oldest first" };
        var command = new Command("audit", "Shows who did what, when and from where; the newest first");
        filters.ForEach(command.Options.Add);
        command.Options.Add(export);
        command.SetAction((parsed, stop) =>
        {
            var body = new JsonObject();
            foreach (var filter in filters)
            {
                body[filter.Name.TrimStart('-')] = parsed.GetValue(filter);
            }
            var file = parsed.GetValue(export);
            body["file"] = file is null ? null : Path.GetFullPath(file);
            return AdminCommands.Send(parsed, data, file is null ? "/audit/list" : "/audit/export", body, stop);
        });
        return command;
    }

    public static Command Jobs(Option<string> data) => new("jobs", "What is still to be done: deliveries, mails")
    {
        Plain("list", "Shows what waits, and what failed for good", "/jobs/list", data),
        ById("retry", "Tries a job again that failed for good", "/jobs/retry", "The job's number", data),
        ById("drop", "Gives a job up that failed for good", "/jobs/drop", "The job's number", data),
    };

    public static Command Webhook(Option<string> data) => new("webhook", "Who is told of events by a request")
    {
        Add(data),
        Plain("list", "Shows all webhooks", "/webhook/list", data),
        OfWebhook("delete", "Deletes a webhook", data),
        OfWebhook("rotate", "Gives a webhook another secret", data),
        OfWebhook("resume", "Sets a webhook going again that was stopped", data),
        OfWebhook("ping", "Sends a message that means nothing", data),
        OfWebhook("deliveries", "Shows what was sent lately, and what was answered", data),
        Redeliver(data),
    };

    public static Command Mail(Option<string> data)
    {
        var address = new Argument<string>("address") { Description = "Where to" };
        var test = new Command("test", "Sends a mail, to see whether it arrives") { address };
        test.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/mail/test", new JsonObject { ["address"] = parsed.GetValue(address) }, stop));
        return new Command("mail", "Mails to people") { test };
    }

    private static Command Add(Option<string> data)
    {
        var url = new Argument<string>("url") { Description = "Where to: https://…" };
        var events = new Option<string[]>("--events") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "Which events: version.published, version.*" };
        var packages = new Option<string[]>("--packages") { AllowMultipleArgumentsPerToken = true, Description = "Only of these packages: @acme/x, @acme/*" };
        var owner = new Option<string?>("--for") { Description = "Whose it is; it is told what this person may know. Default: the operator's, which is told everything" };
        var command = new Command("add", "Tells a URL of events; prints the secret that the messages are signed with") { url, events, packages, owner };
        command.SetAction((parsed, stop) =>
        {
            var body = new JsonObject
            {
                ["url"] = parsed.GetValue(url),
                ["events"] = Array(parsed.GetValue(events)),
                ["packages"] = Array(parsed.GetValue(packages)),
            };
            if (parsed.GetValue(owner) is { } person)
            {
                body["owner"] = person;
            }
            return AdminCommands.Send(parsed, data, "/webhook/add", body, stop);
        });
        return command;
    }

    private static Command Redeliver(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The webhook's number" };
        var message = new Argument<string>("message") { Description = "The message: msg_…" };
        var command = new Command("redeliver", "Sends a message again") { id, message };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/webhook/redeliver", new JsonObject
        {
            ["id"] = parsed.GetValue(id),
            ["message"] = parsed.GetValue(message),
        }, stop));
        return command;
    }

    private static Command OfWebhook(string verb, string description, Option<string> data) => ById(verb, description, $"/webhook/{verb}", "The webhook's number", data);

    private static Command ById(string verb, string description, string path, string what, Option<string> data)
    {
        var id = new Argument<string>("id") { Description = what };
        var command = new Command(verb, description) { id };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, path, new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return command;
    }

    private static Command Plain(string verb, string description, string path, Option<string> data)
    {
        var command = new Command(verb, description);
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, path, [], stop));
        return command;
    }

    private static JsonArray Array(string[]? texts) => new([.. (texts ?? []).Select(text => JsonValue.Create(text))]);
}
