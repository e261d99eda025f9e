using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Assay.Server.Notifications;
using Assay.Server.Outbound;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Notifications;

public sealed class WebhookTests(PostgresCluster postgres)
{
    [Fact]
    public async Task An_event_is_told_with_a_signature_that_the_secret_verifies()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        var (_, secret) = await app.WebhookAsync(alice, receiver.Url, ["version.published"]);

        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0"));

        await Eventually.HoldsAsync(() => receiver.Messages.Count > 0);
        var message = Assert.Single(receiver.Messages);
        Assert.Equal("/hook", message.Path);
        Assert.Matches("^msg_[0-9a-f]{24}$", message.Id);
        Assert.Equal(["type", "timestamp", "data"], message.Json.Keys());
        Assert.Equal("version.published", message.Type);
        Assert.Equal(["id", "actor", "subject", "detail", "package", "version"], message.Json["data"].Keys());
        Assert.Equal(("alice", "@acme/x@1.1.0", "@acme/x", "1.1.0"), (
            (string?)message.Json["data"]!["actor"], (string?)message.Json["data"]!["subject"], (string?)message.Json["data"]!["package"], (string?)message.Json["data"]!["version"]));
        Assert.True(await StandardWebhooks.VerifiesAsync(secret, message));
        Assert.False(await StandardWebhooks.VerifiesAsync(secret, message with { Body = message.Body + " " }));
    }

    [Fact]
    public void It_signs_as_the_published_vector_of_Standard_Webhooks_says()
    {
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        var signature = WebhookSecret.Sign(
            [secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}""");

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Fact]
    public async Task Owners_are_told_of_their_packages_and_administrators_of_everything()
    {
        await using var owners = await Receiver.StartAsync();
        await using var administrators = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var (alice, bob, root) = (await app.SignedInAsync("alice"), await app.SignedInAsync("bob"), await app.SignedInAsync("root", isAdministrator: true));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(bob, new TestPackage("@acme/y", "1.0.0"));
        await app.WebhookAsync(alice, owners.Url, ["*"]);
        await app.WebhookAsync(root, administrators.Url, ["*"]);

        await app.PublishedAsync(bob, new TestPackage("@acme/y", "1.1.0"));
        await app.TokenAsync(bob, new JsonObject { ["name"] = "another" });
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0"));

        await Eventually.HoldsAsync(() => owners.Messages.Any(message => message.Type == "version.published"));
        await Eventually.HoldsAsync(() => administrators.Messages.Count(message => message.Type == "version.published") == 2);
        Assert.All(owners.Messages, message => Assert.Equal("@acme/x", (string?)message.Json["data"]!["package"]));
        Assert.All(owners.Messages, message => Assert.DoesNotContain("address", message.Json["data"].Keys()));
        Assert.Contains(administrators.Messages, message => message.Type == "token.created");
        Assert.All(administrators.Messages, message => Assert.Contains("address", message.Json["data"].Keys()));
    }

    [Fact]
    public async Task Who_stopped_being_an_owner_is_told_nothing_more()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var (alice, root) = (await app.SignedInAsync("alice"), await app.SignedInAsync("root", isAdministrator: true));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        var (id, _) = await app.WebhookAsync(alice, receiver.Url, ["version.*"]);
        await app.Services.GetRequiredService<Server.Data.CommitQueue>().RunAsync(
            async (commit, stop) => await commit.Db.PackageOwners.ExecuteDeleteAsync(stop), CancellationToken.None);

        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.1.0"));

        await Eventually.HoldsAsync(() => app.ReadAsync(async db => await db.Jobs.AnyAsync(row => row.Kind == "notify") && !await db.Jobs.AnyAsync(row => row.DueAt != null)));
        Assert.Empty(receiver.Messages);
        Assert.Empty(await app.DeliveriesAsync(alice, id));
    }

    [Fact]
    public async Task Only_the_packages_that_were_named_are_told_of()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.WebhookAsync(root, receiver.Url, ["version.*"], "@acme/ui-*", "lone");

        await app.PublishedAsync(root, new TestPackage("@acme/core", "1.0.0"));
        await app.PublishedAsync(root, new TestPackage("@acme/ui-button", "1.0.0"));
        await app.PublishedAsync(root, new TestPackage("lone", "1.0.0"));

        await Eventually.HoldsAsync(() => receiver.Messages.Count == 2);
        Assert.Equal(["@acme/ui-button", "lone"], receiver.Messages.Select(message => (string?)message.Json["data"]!["package"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_anybody_who_listens_nothing_is_queued()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.WebhookAsync(root, receiver.Url, ["policy.*"]);

        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.0.0"));

        Assert.False(await app.ReadAsync(db => db.Jobs.AnyAsync()));
    }

    [Fact]
    public async Task What_an_incident_quarantines_as_a_set_is_told_one_by_one()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var (alice, root) = (await app.SignedInAsync("alice"), await app.SignedInAsync("root", isAdministrator: true));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0"));
        await app.WebhookAsync(root, receiver.Url, ["version.quarantined"]);
        var selection = new JsonObject { ["person"] = new JsonObject { ["name"] = "alice" } };
        var preview = await (await app.PostAsync("/-/assay/v1/incidents/preview", root, new JsonObject { ["selection"] = selection.DeepClone() })).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.PostAsync("/-/assay/v1/incidents", root, new JsonObject
        {
            ["selection"] = selection,
            ["preview"] = preview["preview"]!.DeepClone(),
            ["reason"] = "her laptop was stolen",
        })).ShouldBeAsync(HttpStatusCode.Created);

        await Eventually.HoldsAsync(() => receiver.Messages.Count == 2);
        Assert.Equal(["@acme/x@1.0.0", "@acme/x@1.1.0"], receiver.Messages.Select(message => (string?)message.Json["data"]!["subject"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_fails_is_sent_again_under_the_same_id_until_it_gets_through()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, "out of order");
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var (id, _) = await app.WebhookAsync(root, receiver.Url, ["version.*"]);
        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.0.0"));
        await Eventually.HoldsAsync(async () => (await app.DeliveriesAsync(root, id)) is [var only] && (int?)only["lastStatus"] == 500);
        var failing = await app.ShownWebhookAsync(root, id);
        var shown = Assert.Single(await app.DeliveriesAsync(root, id));

        receiver.AnswerWith(200);
        await app.PassUntilAsync(async () => (string?)Assert.Single(await app.DeliveriesAsync(root, id))["state"] == "delivered");

        Assert.NotNull(failing["failingSince"]);
        Assert.Equal(("waiting", "It answered 500.", "out of order"), ((string?)shown["state"], (string?)shown["lastProblem"], (string?)shown["lastAnswer"]));
        Assert.Single(receiver.Messages.Select(message => message.Id).Distinct());
        Assert.InRange(receiver.Messages.Count, 2, 3);
        Assert.Null((await app.ShownWebhookAsync(root, id))["failingSince"]);
    }

    [Fact]
    public async Task Deliveries_survive_a_restart()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(503);
        await using (var app = await RegistryApp.StartAsync([WebhookCalls.Loopback], folder.Path))
        {
            var root = await app.SignedInAsync("root", isAdministrator: true);
            await app.WebhookAsync(root, receiver.Url, ["version.*"]);
            await app.PublishedAsync(root, new TestPackage("@acme/x", "1.0.0"));
            await Eventually.HoldsAsync(() => receiver.Messages.Count > 0);
        }
        receiver.AnswerWith(200);

        await using var again = await RegistryApp.StartAsync([WebhookCalls.Loopback], folder.Path);

        await again.PassUntilAsync(() => again.ReadAsync(db => db.WebhookDeliveries.AnyAsync(row => row.State == WebhookDelivery.Delivered)));
    }

    [Fact]
    public async Task A_receiver_that_answers_410_is_told_no_more()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(410);
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var (id, _) = await app.WebhookAsync(root, receiver.Url, ["version.*"]);
        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.0.0"));
        await Eventually.HoldsAsync(async () => (await app.ShownWebhookAsync(root, id))["stoppedAt"] is not null);

        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.1.0"));
        var ping = await app.ToWebhookAsync(root, id, "ping");
        await (await app.ToWebhookAsync(root, id, "resume")).ShouldBeAsync(HttpStatusCode.NoContent);
        receiver.AnswerWith(200);
        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.2.0"));

        await ping.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "webhook-stopped");
        await Eventually.HoldsAsync(() => receiver.Messages.Count == 2);
        Assert.Equal(["1.0.0", "1.2.0"], receiver.Messages.Select(message => (string?)message.Json["data"]!["version"]));
        var stopped = await app.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "webhook.stopped"));
        Assert.Equal(($"{id}", "its receiver answered 410: it wants no more"), (stopped.Subject, stopped.Detail));
    }

    [Fact]
    public async Task After_days_without_success_a_webhook_is_stopped_and_what_waits_is_skipped()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var (id, _) = await app.WebhookAsync(root, receiver.Url, ["version.*"]);
        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.1.0"));
        await Eventually.HoldsAsync(async () => (await app.ShownWebhookAsync(root, id))["failingSince"] is not null);

        app.Clock.Advance(TimeSpan.FromDays(3));
        await app.PassUntilAsync(async () => (await app.ShownWebhookAsync(root, id))["stoppedAt"] is not null, seconds: 60);
        await app.PassUntilAsync(async () => (await app.DeliveriesAsync(root, id)).All(each => (string?)each["state"] == "skipped"), seconds: 600);

        Assert.Equal("nothing got through for 3 days", (string?)(await app.ShownWebhookAsync(root, id))["stoppedWhy"]);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var secretService = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Redirect(secretService.Url.AbsoluteUri, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };

        var delivery = await FailedDeliveryAsync(receiver.Url);

        Assert.Equal(307, (int?)delivery["lastStatus"]);
        Assert.Equal("It answered 307, and redirects are not followed.", (string?)delivery["lastProblem"]);
        Assert.Empty(secretService.Messages);
    }

    [Fact]
    public async Task Of_an_answer_without_end_only_the_beginning_is_read()
    {
        // A bare socket: a server's framework takes what is written to a connection that is gone, and says nothing.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sent = SendWithoutEndAsync(listener);

        var delivery = await FailedDeliveryAsync(new Uri($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/"));

        Assert.Equal(500, (int?)delivery["lastStatus"]);
        Assert.Equal(500, ((string?)delivery["lastAnswer"])!.Length);
        // What the system holds in between is sent as well.
        Assert.InRange(await sent, 1, 50_000_000);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_waited_for_only_so_long()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);

        var delivery = await FailedDeliveryAsync(receiver.Url, "--Assay:Webhooks:AnswerSeconds=1");

        Assert.Equal("It did not answer within 1 seconds.", (string?)delivery["lastProblem"]);
    }

    [Fact]
    public async Task A_name_that_resolves_to_a_private_address_is_not_connected_to()
    {
        await using var inside = await Receiver.StartAsync();
        var asked = 0;
        // First where anybody may go, then this machine: what is checked and what is connected to must be one answer.
        ResolveAddresses lying = (_, _) => Task.FromResult(new[] { Interlocked.Increment(ref asked) == 1 ? IPAddress.Parse("192.168.7.7") : IPAddress.Loopback });

        var delivery = await FailedDeliveryAsync(new Uri($"https://hooks.example.test:{inside.Url.Port}/"), replace: services => services.AddSingleton(lying));

        Assert.Contains("192.168.7.7, which is not a public address", (string?)delivery["lastProblem"], StringComparison.Ordinal);
        Assert.Equal(1, asked);
        Assert.Empty(inside.Messages);
    }

    [Fact]
    public async Task A_range_that_the_operator_allows_is_connected_to()
    {
        ResolveAddresses inside = (_, _) => Task.FromResult(new[] { IPAddress.Loopback });

        var delivery = await FailedDeliveryAsync(
            new Uri($"https://hooks.example.test:{FreePort.Next()}/"), "--Assay:Webhooks:AllowAddresses:0=127.0.0.0/8", services => services.AddSingleton(inside));

        Assert.Contains("refused", (string?)delivery["lastProblem"], StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://hooks.example.test/")]
    [InlineData("https://user:word@hooks.example.test/")]
    [InlineData("https://hooks.example.test/#part")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("ftp://hooks.example.test/")]
    [InlineData("hooks.example.test")]
    public async Task A_URL_that_could_never_be_used_is_refused_at_once(string url)
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);

        var answer = await app.PostAsync(WebhookCalls.Path, root, new JsonObject { ["url"] = url, ["events"] = new JsonArray("version.*") });

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-webhook");
    }

    [Theory]
    [InlineData("""{"url":"https://a.example/","events":[]}""")]
    [InlineData("""{"url":"https://a.example/","events":["verison.*"]}""")]
    [InlineData("""{"url":"https://a.example/","events":["ver*ion"]}""")]
    [InlineData("""{"url":"https://a.example/","events":["*"],"packages":["*-utils"]}""")]
    [InlineData("""{"url":"https://a.example/","events":["*"],"secret":"mine"}""")]
    [InlineData("""{"events":["*"]}""")]
    public async Task What_cannot_be_meant_is_refused(string body)
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);

        var answer = await app.PostAsync(WebhookCalls.Path, root, JsonNode.Parse(body));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-webhook");
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_are_good_for_a_while()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var (id, former) = await app.WebhookAsync(root, receiver.Url, ["version.*"]);

        var rotated = await (await app.ToWebhookAsync(root, id, "rotate")).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.ToWebhookAsync(root, id, "ping")).ShouldBeAsync(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(() => receiver.Messages.Count == 1);
        app.Clock.Advance(TimeSpan.FromHours(25));
        await (await app.ToWebhookAsync(root, id, "ping")).ShouldBeAsync(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(() => receiver.Messages.Count == 2);

        var (soon, later) = (receiver.Messages[0], receiver.Messages[1]);
        var secret = (string)rotated["secret"]!;
        Assert.NotEqual(former, secret);
        Assert.Equal(("webhook.ping", (long?)id), (soon.Type, (long?)soon.Json["data"]!["webhook"]));
        Assert.True(await StandardWebhooks.VerifiesAsync(secret, soon));
        Assert.True(await StandardWebhooks.VerifiesAsync(former, soon));
        Assert.True(await StandardWebhooks.VerifiesAsync(secret, later));
        Assert.False(await StandardWebhooks.VerifiesAsync(former, later));
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_stored_sealed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);

        var (id, secret) = await app.WebhookAsync(root, receiver.Url, ["version.*"]);

        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);
        Assert.DoesNotContain("secret", (await app.ShownWebhookAsync(root, id)).Keys());
        var stored = await app.ReadAsync(db => db.Webhooks.Select(row => row.Secret).SingleAsync());
        Assert.Equal(-1, stored.AsSpan().IndexOf(Convert.FromBase64String(secret["whsec_".Length..])));
    }

    [Fact]
    public async Task A_delivery_is_repeated_when_somebody_asks_for_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var (id, _) = await app.WebhookAsync(root, receiver.Url, ["version.*"]);
        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.0.0"));
        await Eventually.HoldsAsync(async () => (await app.DeliveriesAsync(root, id)) is [var only] && (string?)only["state"] == "delivered");
        var message = (string)Assert.Single(await app.DeliveriesAsync(root, id))["message"]!;

        await (await app.ToWebhookAsync(root, id, $"deliveries/{message}/redeliver")).ShouldBeAsync(HttpStatusCode.Accepted);
        var unknown = await app.ToWebhookAsync(root, id, "deliveries/msg_0/redeliver");

        await Eventually.HoldsAsync(() => receiver.Messages.Count == 2);
        Assert.Equal((message, receiver.Messages[0].Body), (receiver.Messages[1].Id, receiver.Messages[1].Body));
        await unknown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "delivery-not-found");
    }

    [Fact]
    public async Task A_webhook_is_its_owners_and_the_administrators()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, "something inside");
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback, "--Assay:Webhooks:PerPerson=1"]);
        var (alice, bob, root) = (await app.SignedInAsync("alice"), await app.SignedInAsync("bob"), await app.SignedInAsync("root", isAdministrator: true));
        var (id, _) = await app.WebhookAsync(alice, receiver.Url, ["version.*"]);
        var readOnly = await app.TokenAsync(alice, new JsonObject { ["readonly"] = true, ["cidr_whitelist"] = null });
        await (await app.ToWebhookAsync(alice, id, "ping")).ShouldBeAsync(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(async () => (await app.DeliveriesAsync(alice, id)) is [var only] && (int?)only["lastStatus"] == 500);

        foreach (var act in new[] { "rotate", "ping", "resume", "deliveries/msg_0/redeliver" })
        {
            await (await app.ToWebhookAsync(bob, id, act)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "webhook-not-found");
            await (await app.ToWebhookAsync(readOnly, id, act)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        }
        await (await app.DeleteAsync($"{WebhookCalls.Path}/{id}", bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "webhook-not-found");
        await (await app.GetAsync($"{WebhookCalls.Path}/{id}/deliveries", bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "webhook-not-found");
        await (await app.CreateWebhookAsync(alice, receiver.Url, ["version.*"])).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "too-many-webhooks");
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync(WebhookCalls.Path)).StatusCode);
        // What is answered inside a private network is not for everybody who can make a webhook.
        Assert.DoesNotContain("lastAnswer", Assert.Single(await app.DeliveriesAsync(alice, id)).Keys());
        Assert.Contains("lastAnswer", Assert.Single(await app.DeliveriesAsync(root, id)).Keys());
        await (await app.DeleteAsync($"{WebhookCalls.Path}/{id}", root)).ShouldBeAsync(HttpStatusCode.NoContent);
        Assert.False(await app.ReadAsync(db => db.Webhooks.AnyAsync()));
    }

    [Fact]
    public async Task An_operator_does_the_same_by_commands()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        var added = await app.CommandAsync("/webhook/add", new JsonObject { ["url"] = receiver.Url.AbsoluteUri, ["events"] = new JsonArray("version.*"), ["owner"] = "alice" });
        var id = (await app.ReadAsync(db => db.Webhooks.SingleAsync())).Id.ToString();
        await app.CommandAsync("/webhook/ping", new JsonObject { ["id"] = id });
        await Eventually.HoldsAsync(async () => (await app.CommandAsync("/webhook/deliveries", new JsonObject { ["id"] = id })).Contains("delivered", StringComparison.Ordinal));
        var listed = await app.CommandAsync("/webhook/list");
        var rotated = await app.CommandAsync("/webhook/rotate", new JsonObject { ["id"] = id });
        var deleted = await app.CommandAsync("/webhook/delete", new JsonObject { ["id"] = id });

        Assert.Contains("whsec_", added, StringComparison.Ordinal);
        Assert.Contains("for alice, in use", listed, StringComparison.Ordinal);
        Assert.Contains("whsec_", rotated, StringComparison.Ordinal);
        Assert.Contains("is deleted", deleted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_on_PostgreSql_deliver_each_event_once()
    {
        await using var receiver = await Receiver.StartAsync();
        string[] configuration =
            [WebhookCalls.Loopback, "--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateMigratedAsync()}"];
        await using var one = await RegistryApp.StartAsync(configuration);
        await using var other = await one.JoinAsync(configuration);
        var root = await one.SignedInAsync("root", isAdministrator: true);
        await one.WebhookAsync(root, receiver.Url, ["version.*"]);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => (number % 2 == 0 ? one : other).PublishedAsync(root, new TestPackage($"@acme/x{number}", "1.0.0"))));

        await Eventually.HoldsAsync(() =>
        {
            one.Clock.Advance(TimeSpan.FromSeconds(1));
            other.Clock.Advance(TimeSpan.FromSeconds(1));
            return receiver.Messages.Count >= 20;
        });
        await Eventually.HoldsAsync(() => one.ReadAsync(async db => !await db.Jobs.AnyAsync(row => row.DueAt != null)));
        Assert.Equal(20, receiver.Messages.Count);
        Assert.Equal(20, receiver.Messages.Select(message => (string?)message.Json["data"]!["subject"]).Distinct().Count());
    }

    private static async Task<long> SendWithoutEndAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var chunk = new byte[16 * 1024];
        Array.Fill(chunk, (byte)'x');
        long sent = 0;
        try
        {
            await stream.WriteAsync("HTTP/1.1 500 No\r\nContent-Length: 1000000000000\r\n\r\n"u8.ToArray());
            while (sent < 1_000_000_000)
            {
                await stream.WriteAsync(chunk);
                sent += chunk.Length;
            }
        }
        catch (IOException)
        {
            // The other side has had enough.
        }
        return sent;
    }

    private static async Task<JsonObject> FailedDeliveryAsync(Uri url, string? option = null, Action<IServiceCollection>? replace = null)
    {
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback, .. option is null ? [] : new[] { option }], replace: replace);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var (id, _) = await app.WebhookAsync(root, url, ["version.*"]);
        await (await app.ToWebhookAsync(root, id, "ping")).ShouldBeAsync(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(async () => (await app.DeliveriesAsync(root, id)) is [var only] && (int)only["attempts"]! > 0);
        return Assert.Single(await app.DeliveriesAsync(root, id));
    }
}
