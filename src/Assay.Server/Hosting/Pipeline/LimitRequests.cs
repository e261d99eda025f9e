using Assay.Server.Identity;

namespace Assay.Server.Hosting.Pipeline;

/// <summary>
/// Counts what comes in, by what it costs: sign-ins by their address, changes and reads by their account. What is limited by package or CI project is counted where
/// that is known and allowed.
/// </summary>
internal sealed class LimitRequests(RequestDelegate next, RequestLimits limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (await RefuseAsync(context) is { } refused)
        {
            await refused.ToAnswer().ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    private async ValueTask<LimitReached?> RefuseAsync(HttpContext context) => CostOf(context) switch
    {
        RequestCost.SignIn => limits.Take(LimitKind.SignInsPerAddress, Requester.AddressOf(context)),
        RequestCost.Change => limits.Has(LimitKind.ChangesPerAccount) && await Caller.BindAsync(context) is Caller.Member member
            ? limits.Take(LimitKind.ChangesPerAccount, Key(member))
            : null,
        _ => limits.Has(LimitKind.ReadsPerAccount) || limits.Has(LimitKind.ReadsPerAddress) ? await RefuseReadAsync(context) : null,
    };

    // A CI run reads as part of a build that was let in by its policy; its exchange is what is counted.
    private async ValueTask<LimitReached?> RefuseReadAsync(HttpContext context) => await Caller.BindAsync(context) switch
    {
        Caller.Member member => limits.Take(LimitKind.ReadsPerAccount, Key(member)),
        Caller.Workload => null,
        var caller => limits.Take(LimitKind.ReadsPerAddress, caller.Address),
    };

    // A page that signs people in is shown as often as anybody likes.
    private static RequestCost CostOf(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
        ? RequestCost.Read
        : context.GetEndpoint()?.Metadata.GetMetadata<CountsAsAttribute>()?.Cost ?? RequestCost.Change;

    private static string Key(Caller.Member member) => member.PersonId.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
