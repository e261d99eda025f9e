using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Refusals;

namespace Assay.Server.TrustedPublishing;

/// <summary>A refusal as it goes over the wire: one status for all but malformed, too many and unreachable, so that it tells nothing more than its text.</summary>
internal static class RefusedExchange
{
    public static Denial ToDenial(Refusal refusal) =>
        new(Status(refusal.Code), refusal.Code, refusal.PublicText) { Notice = Notices.WithCode(refusal.PublicText, refusal.Code) };

    private static int Status(string code) => code switch
    {
        RefusalCodes.MalformedToken => StatusCodes.Status400BadRequest,
        RefusalCodes.TooManyFailures or RefusalCodes.TooManyExchanges => StatusCodes.Status429TooManyRequests,
        RefusalCodes.IssuerUnreachable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status401Unauthorized,
    };
}
