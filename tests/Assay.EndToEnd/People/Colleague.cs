using System.Net;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary>Somebody else: a person who is signed in and has an authenticator app.</summary>
internal sealed record Colleague(PackageManager Client, Authenticator App, string Token) : IDisposable
{
    /// <summary>Who owns the member's package too.</summary>
    public static async Task<Colleague> WhoOwnsAsync(World world, string name, string npm, string package)
    {
        var colleague = await MakeAsync(world, name, npm);
        await world.Http.CallAsync(HttpMethod.Put, $"-/package/{RegistryClient.Escape(package)}/owners", world.MemberToken, new JsonObject { ["user"] = name });

        return colleague;
    }

    public static Task<Colleague> WhoAdministersAsync(World world, string name, string npm) => MakeAsync(world, name, npm, "--admin");

    /// <summary>A request with the next code.</summary>
    public async Task SendAsync(World world, HttpMethod method, string path, HttpStatusCode status)
    {
        using var answer = await world.Http.SendWithCodeAsync(method, path, Token, await App.NextAsync());
        Assert.True(answer.StatusCode == status, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => Client.Dispose();

    private static async Task<Colleague> MakeAsync(World world, string name, string npm, params string[] options)
    {
        (await world.Server.AdminAsync(
            World.PasswordOf(name) + "\n", ["user", "add", name, "--email", $"{name}@example.test", "--password-stdin", .. options])).ShouldSucceed();
        var token = await world.Http.SignInAsync(name, World.PasswordOf(name));

        return new Colleague(await Organisation.NpmAsync(world, npm, token), await EnrolAsync(world, token, name), token);
    }

    private static async Task<Authenticator> EnrolAsync(World world, string token, string name)
    {
        var begun = await world.Http.CallAsync(HttpMethod.Post, "-/npm/v1/user", token, new JsonObject
        {
            ["tfa"] = new JsonObject { ["mode"] = "auth-and-writes", ["password"] = World.PasswordOf(name) },
        });
        var app = new Authenticator(((string)begun["tfa"]!).Split("secret=")[1].Split('&')[0]);
        await world.Http.CallAsync(HttpMethod.Post, "-/npm/v1/user", token, new JsonObject { ["tfa"] = new JsonArray(await app.NextAsync()) });

        return app;
    }
}
