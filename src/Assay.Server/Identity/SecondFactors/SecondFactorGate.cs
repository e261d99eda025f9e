using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;

namespace Assay.Server.Identity;

/// <summary>
/// The one gate of every sensitive act. It is asked after everything else allows the act and before anything is changed; what it took for an answer is used up, also when
/// the act fails after it.
/// </summary>
internal sealed class SecondFactorGate(
    RegistryDbSource source, CommitQueue commits, SecretSeal seal, FactorTries tries, WebChallenges challenges, SecondFactorRule rule, PublicUrl url)
{
    /// <summary>Null when the act may be done. A run proved itself by its exchange and is never asked; whoever is neither may do nothing.</summary>
    public Task<JsonAnswer?> RefuseAsync(HttpContext context, Caller caller, SensitiveAct act, CancellationToken cancellationToken) => caller switch
    {
        Caller.Member member => RefuseAsync(context, member, act, cancellationToken),
        Caller.Workload => Task.FromResult<JsonAnswer?>(null),
        _ => Task.FromResult<JsonAnswer?>(Denials.SignInNeeded(caller)),
    };

    /// <summary>Null when the act may be done, otherwise what the client is to be answered.</summary>
    public async Task<JsonAnswer?> RefuseAsync(HttpContext context, Caller.Member member, SensitiveAct act, CancellationToken cancellationToken)
    {
        if (member.Token.IsReadOnly)
        {
            return Denials.ReadOnlyToken();
        }
        return await AskAsync(context, AskedAct.Of(context, member.PersonId, member.PersonName, act), isNeeded: rule.IsRequired, MayDoWithout(member, act), cancellationToken);
    }

    /// <summary>Asks for the act when it is called, for an operation that knows when nothing else is in the way.</summary>
    public Func<CancellationToken, Task<JsonAnswer?>> Asking(HttpContext context, Caller caller, SensitiveAct act) => stop => RefuseAsync(context, caller, act, stop);

    /// <summary>
    /// The same where nobody passes without: for what one person does so that another's act counts. Whoever has no factor is refused whatever the registry asks elsewhere, and
    /// no token does without.
    /// </summary>
    public async Task<JsonAnswer?> RequireAsync(HttpContext context, Caller.Member member, SensitiveAct act, CancellationToken cancellationToken) => member.Token.IsReadOnly
        ? Denials.ReadOnlyToken()
        : await AskAsync(context, AskedAct.Of(context, member.PersonId, member.PersonName, act), isNeeded: true, mayDoWithout: false, cancellationToken);

    /// <summary>For a sign-in: asks whoever has a factor, and lets those in who have yet to set one up.</summary>
    public Task<JsonAnswer?> RefuseSignInAsync(HttpContext context, long personId, string name, CancellationToken cancellationToken) =>
        AskAsync(context, AskedAct.Of(context, personId, name, SensitiveAct.Of($"sign in as {name}", "sign-in", name) with { TakesAnyFactor = true }), isNeeded: false, mayDoWithout: false, cancellationToken);

    // The one place for tokens that were made to do without. Whether the act is of a kind that may be done so, the room of the act knows: for packages their lock says it.
    private static bool MayDoWithout(Caller.Member member, SensitiveAct act) => member.Token.BypassesSecondFactor && act.MayBeBypassed;

    private async Task<JsonAnswer?> AskAsync(HttpContext context, AskedAct asked, bool isNeeded, bool mayDoWithout, CancellationToken cancellationToken)
    {
        asked = asked with { WhyPasskey = await rule.WhyPasskeyAsync(asked.Act, cancellationToken) };
        if (mayDoWithout && asked.WhyPasskey is null)
        {
            return null;
        }
        await using var db = source.Open();
        var factors = await FactorState.OfAsync(db, asked.PersonId, cancellationToken);
        if (asked.WhyPasskey is { } why && factors.Passkeys == 0)
        {
            return NoPasskey(why);
        }
        if (!factors.IsEnrolled)
        {
            return isNeeded ? NotEnrolled() : null;
        }
        if (context.Features.Get<GivenOnPage>() is { } given)
        {
            return await OnPageAsync(asked, given.Answer, cancellationToken);
        }
        if (context.Request.Headers["npm-otp"] is not [{ Length: > 0 } answer])
        {
            return await ChallengeAsync(context, asked, factors, problem: null, cancellationToken);
        }
        return await JudgeAsync(asked, answer.Trim(), cancellationToken) switch
        {
            FactorVerdict.Accepted => null,
            FactorVerdict.Wait wait => NpmError.With(StatusCodes.Status429TooManyRequests, "too-many-codes", wait.Text, retryAfter: wait.For),
            var verdict => await ChallengeAsync(context, asked, factors, verdict.Problem, cancellationToken),
        };
    }

    /// <summary>A page asks where its form is, so there is nothing to challenge: what the form carried counts, or the form is shown again.</summary>
    private async Task<JsonAnswer?> OnPageAsync(AskedAct asked, FactorAnswer? answer, CancellationToken cancellationToken)
    {
        if (answer is null || (answer is FactorAnswer.Code && asked.WhyPasskey is not null))
        {
            return Asking($"Confirm with your {(asked.WhyPasskey is { } why ? $"passkey, codes do not count: {why}" : "second factor")}. You are about to {asked.Act.Words}.", problem: null, notice: null);
        }
        return await TakeAsync(asked, answer, cancellationToken) switch
        {
            FactorVerdict.Accepted => null,
            FactorVerdict.Wait wait => NpmError.With(StatusCodes.Status429TooManyRequests, "too-many-codes", wait.Text, retryAfter: wait.For),
            var verdict => Asking(verdict.Problem!, verdict.Problem, notice: null),
        };
    }

    private async Task<FactorVerdict> JudgeAsync(AskedAct asked, string answer, CancellationToken cancellationToken)
    {
        if (WebChallenges.IsAnswer(answer))
        {
            return await challenges.UseAsync(asked, answer, cancellationToken)
                ? new FactorVerdict.Accepted("a web challenge")
                : new FactorVerdict.Refused("What the page answered was for something else, was used already, has expired, or was confirmed with a code where a passkey is asked for.");
        }
        if (asked.WhyPasskey is not null)
        {
            return new FactorVerdict.Refused("A code does not count here.");
        }
        return await TakeAsync(asked, new FactorAnswer.Code(answer), cancellationToken);
    }

    private async Task<FactorVerdict> TakeAsync(AskedAct asked, FactorAnswer answer, CancellationToken cancellationToken)
    {
        var key = await FactorKey.ForAsync(seal, answer, cancellationToken);
        return await tries.RunAsync(asked.PersonId, asked.Address, answer, () => commits.RunAsync(
            (commit, stop) => AcceptFactor.RunAsync(commit, key, asked.PersonId, answer, new Actor(asked.PersonName, asked.Address), stop), cancellationToken), cancellationToken);
    }

    private async Task<JsonAnswer> ChallengeAsync(
        HttpContext context, AskedAct asked, FactorState factors, string? problem, CancellationToken cancellationToken)
    {
        // "one-time pass" is what npm and pnpm look for where a proxy took the header away.
        var text = $"{(problem is null ? "" : problem + " ")}This operation requires a one-time password: {asked.Act.Words}."
            + (asked.WhyPasskey is { } reason ? $" It takes a passkey: {reason}." : "");
        if (!CanShowAPage(context.Request.Headers))
        {
            if (asked.WhyPasskey is { } why)
            {
                return NoPage(why);
            }
            var also = factors.HasTotp ? "" : " You have passkeys, which this client cannot ask for: use npm without --otp, or one of your recovery codes.";
            return Asking(text + also, problem, notice: null);
        }
        var begun = await challenges.BeginAsync(asked, Requester.NameOf(context), cancellationToken);
        var page = url.At($"-/challenge/{begun.PageId}");
        var answer = Asking(text, problem, $"Open {page} to give your {(asked.WhyPasskey is null ? "second factor" : "passkey")}. The code to type there is {Capability.Shown(begun.Code)}; never type a code that somebody sent you.");
        answer.Members!["authUrl"] = page;
        answer.Members["doneUrl"] = url.At($"-/v1/challenge?id={begun.PollId}");
        return answer;
    }

    // pnpm (11 and 12) shows no notices, so that its user would never see the code to type on the page.
    private static bool CanShowAPage(IHeaderDictionary headers) =>
        headers["npm-auth-type"] == "web" && !headers.UserAgent.ToString().StartsWith("pnpm/", StringComparison.Ordinal);

    private static JsonAnswer Asking(string text, string? problem, string? notice) =>
        new(StatusCodes.Status401Unauthorized, NpmError.Body(problem is null ? "otp-needed" : "otp-wrong", text)) { Notice = notice, AsksForCode = true };

    private JsonAnswer NoPasskey(string why) => NpmError.With(StatusCodes.Status403Forbidden, "passkey-needed",
        $"This takes a passkey: {why}. Codes do not count, and you have no passkey yet. Add one at {url.At("-/account")}, then run the command again with npm, without --otp.");

    // A client that prompts for codes would go on prompting.
    private static JsonAnswer NoPage(string why) => NpmError.With(StatusCodes.Status403Forbidden, "passkey-needed",
        $"This takes a passkey: {why}. Codes do not count, and this client cannot ask for a passkey. Run it with npm, without --otp and without --auth-type=legacy: npm shows a page that can.");

    private JsonAnswer NotEnrolled() => NpmError.With(StatusCodes.Status403Forbidden, "second-factor-needed",
        $"This needs a second factor, and you have none yet. Set one up with `npm profile enable-2fa auth-and-writes`, or at {url.At("-/account")}, and try again.");
}
