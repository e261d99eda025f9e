using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin freeze …</c> and <c>admin incident …</c>; docs/incidents.md says what to run when.</summary>
internal static class IncidentCommands
{
    public static Command Freeze(Option<string> data) => new("freeze", "Stops all writing to a package or scope, or by an issuer, project or workflow")
    {
        AddFreeze(data),
        ListFreezes(data),
        ById("lift", "Ends a freeze", "The freeze's number", data, "/freeze/lift"),
    };

    public static Command Incident(Option<string> data)
    {
        var list = new Command("list", "Shows the incidents");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/incident/list", [], stop));
        return new Command("incident", "Revokes and quarantines all that a run, workflow, project, issuer, person or time brought")
        {
            Preview(data),
            Declare(data),
            list,
            ById("show", "Shows an incident and what it holds", "The incident's id", data, "/incident/show"),
            ById("undo", "Gives back the versions of an incident that a named person declared", "The incident's id", data, "/incident/undo"),
        };
    }

    private static Command AddFreeze(Option<string> data)
    {
        var package = new Option<string?>("--package") { Description = "A package, for runs and people" };
        var scope = new Option<string?>("--scope") { Description = "A scope, for runs and people, e.g. @acme" };
        var runs = new RunOptions();
        var workflow = new Option<string?>("--workflow") { Description = "With --issuer and --project: a workflow, as incident previews show it" };
        var reason = ReasonOption();
        var add = new Command("add", "Freezes one thing") { package, scope, runs.Issuer, runs.Project, workflow, reason };
        add.SetAction((parsed, stop) =>
        {
            var body = new JsonObject { ["reason"] = parsed.GetValue(reason) };
            Put(body, "package", parsed.GetValue(package));
            Put(body, "scope", parsed.GetValue(scope));
            runs.Put(body, parsed, "workflow", parsed.GetValue(workflow));
            return AdminCommands.Send(parsed, data, "/freeze/add", body, stop);
        });
        return add;
    }

    private static Command ListFreezes(Option<string> data)
    {
        var all = new Option<bool>("--all") { Description = "Also those that were lifted" };
        var list = new Command("list", "Shows what is frozen") { all };
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/freeze/list", new JsonObject { ["all"] = parsed.GetValue(all) }, stop));
        return list;
    }

    private static Command Preview(Option<string> data)
    {
        var selection = new SelectionOptions();
        var preview = new Command("preview", "Shows what an incident would revoke and quarantine");
        selection.AddTo(preview);
        preview.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/incident/preview", new JsonObject { ["selection"] = selection.Read(parsed) }, stop));
        return preview;
    }

    private static Command Declare(Option<string> data)
    {
        var selection = new SelectionOptions();
        var reason = ReasonOption();
        var digest = new Option<string>("--preview") { Required = true, Description = "The digest that the preview ended with" };
        var freeze = new Option<bool>("--freeze") { Description = "Also freeze the project or issuer" };
        var declare = new Command("declare", "Does what was previewed") { reason, digest, freeze };
        selection.AddTo(declare);
        declare.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/incident/declare", new JsonObject
        {
            ["selection"] = selection.Read(parsed),
            ["reason"] = parsed.GetValue(reason),
            ["preview"] = parsed.GetValue(digest),
            ["freeze"] = parsed.GetValue(freeze),
        }, stop));
        return declare;
    }

    private static Command ById(string name, string description, string what, Option<string> data, string path)
    {
        var id = new Argument<string>("id") { Description = what };
        var command = new Command(name, description) { id };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, path, new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return command;
    }

    private static Option<string> ReasonOption() => new("--reason") { Required = true, Description = "Why, in one line; shown to those whom it stops" };

    private static void Put(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    /// <summary>An issuer; a project of it; a run or workflow of that.</summary>
    private sealed class RunOptions
    {
        public Option<string?> Issuer { get; } = new("--issuer") { Description = "A trusted issuer, by its name here" };

        public Option<string?> Project { get; } = new("--project") { Description = "With --issuer: a project, by its stable id there" };

        /// <summary>The server refuses what does not fit together.</summary>
        public void Put(JsonObject body, ParseResult parsed, string third, string? value)
        {
            var (issuer, project) = (parsed.GetValue(Issuer), parsed.GetValue(Project));
            if (issuer is null && project is null && value is null)
            {
                return;
            }
            var origin = new JsonObject { ["binding"] = issuer };
            IncidentCommands.Put(origin, "project", project);
            IncidentCommands.Put(origin, third, value);
            body[value is not null ? third : project is not null ? "project" : "issuer"] = origin;
        }
    }

    private sealed class SelectionOptions
    {
        private readonly RunOptions runs = new();
        private readonly Option<string?> run = new("--run") { Description = "With --issuer and --project: one run, by its id there" };
        private readonly Option<string?> workflow = new("--workflow") { Description = "With --issuer and --project: one workflow, as previews show it" };
        private readonly Option<string?> person = new("--person") { Description = "A person, by user name" };
        private readonly Option<string?> from = new("--from") { Description = "Only from this time on, e.g. 2026-03-29T01:59Z; alone with --to: everything of that time" };
        private readonly Option<string?> to = new("--to") { Description = "Only before this time" };

        public void AddTo(Command command)
        {
            foreach (var option in new[] { runs.Issuer, runs.Project, run, workflow, person, from, to })
            {
                command.Options.Add(option);
            }
        }

        public JsonObject Read(ParseResult parsed)
        {
            var selection = new JsonObject();
            var third = parsed.GetValue(workflow) is null ? "run" : "workflow";
            runs.Put(selection, parsed, third, parsed.GetValue(third == "run" ? run : workflow));
            if (parsed.GetValue(person) is { } name)
            {
                selection["person"] = new JsonObject { ["name"] = name };
            }
            if (parsed.GetValue(from) is not null || parsed.GetValue(to) is not null)
            {
                selection["window"] = new JsonObject { ["from"] = parsed.GetValue(from), ["to"] = parsed.GetValue(to) };
            }
            return selection;
        }
    }
}
