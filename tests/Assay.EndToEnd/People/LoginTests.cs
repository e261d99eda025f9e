using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

public sealed class LoginTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Theory]
    [InlineData("11", "npm/11.19.1")]
    [InlineData("12", "npm/12.2.0")]
    public async Task A_person_signs_in_on_the_page_with_the_code_that_npm_prints(string version, string requester)
    {
        using var npm = await PackageManager.CreateAsync(version == "12" ? PinnedClient.Npm12 : PinnedClient.Npm, $"registry={World.Server.Url}");
        await using var login = npm.Converse("login");
        var page = await login.HearAsync(@"Login at:\s+(http\S+)");
        var code = await login.HearAsync(@"npm notice Your sign-in code is (\S+)\.");

        var shown = await World.Http.OpenAsync(page);
        var answer = await World.Http.SubmitAsync(page, ("code", code), ("name", World.Member), ("password", World.PasswordOf(World.Member)));

        Assert.Contains(requester, shown, StringComparison.Ordinal);
        Assert.Contains("You can close this page", answer, StringComparison.Ordinal);
        (await login.EndAsync()).ShouldSucceed();
        await ShouldBeSignedInAsync(npm);
    }

    [Fact]
    public async Task The_page_takes_no_other_code_and_npm_goes_on_waiting()
    {
        using var npm = await World.JobAsync();
        await using var login = npm.Converse("login");
        var page = await login.HearAsync(@"Login at:\s+(http\S+)");
        var code = await login.HearAsync(@"npm notice Your sign-in code is (\S+)\.");
        (string, string)[] person = [("name", World.Member), ("password", World.PasswordOf(World.Member))];

        var refused = await World.Http.SubmitAsync(page, [("code", "AAAA-AAAA"), .. person]);
        await World.Http.SubmitAsync(page, [("code", code), .. person]);

        Assert.Contains("That is not the code your terminal shows.", refused, StringComparison.Ordinal);
        (await login.EndAsync()).ShouldSucceed();
    }

    [Fact]
    public async Task A_person_signs_in_at_the_prompt_of_the_older_login()
    {
        using var npm = await World.JobAsync();

        var login = await SignInAtPromptAsync(npm, World.PasswordOf(World.Member));

        login.ShouldSucceed();
        await ShouldBeSignedInAsync(npm);
    }

    [Fact]
    public async Task A_wrong_password_signs_nobody_in_and_npm_prints_why()
    {
        using var npm = await World.JobAsync();

        var login = await SignInAtPromptAsync(npm, "not the password");

        Assert.NotEqual(0, login.ExitCode);
        Assert.Contains("Accounts are made by an administrator, not by signing in.", login.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("_authToken", npm.Settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logout_ends_the_token_everywhere()
    {
        var token = await World.Http.SignInAsync(World.Member, World.PasswordOf(World.Member));
        using var npm = await PackageManager.NpmAsync(World.Server.Url, token);

        (await npm.RunAnywhereAsync("logout")).ShouldSucceed();

        Assert.DoesNotContain("_authToken", npm.Settings, StringComparison.Ordinal);
        Assert.False(await World.Http.KnowsAsync(token));
    }

    [Fact]
    public async Task Whoami_without_signing_in_says_so()
    {
        using var npm = await World.JobAsync();

        var whoami = await npm.RunAnywhereAsync("whoami");

        Assert.NotEqual(0, whoami.ExitCode);
        Assert.Contains("ENEEDAUTH", whoami.Errors, StringComparison.Ordinal);
    }

    private static async Task<Finished> SignInAtPromptAsync(PackageManager npm, string password)
    {
        await using var login = npm.Converse("login", "--auth-type=legacy");
        await login.HearAsync("Username:");
        await login.SayAsync(World.Member);
        await login.HearAsync("Password:");
        await login.SayAsync(password);

        return await login.EndAsync();
    }

    private static async Task ShouldBeSignedInAsync(PackageManager npm)
    {
        var whoami = (await npm.RunAnywhereAsync("whoami")).ShouldSucceed();

        Assert.Equal(World.Member, whoami.Output.Trim());
    }
}
