namespace Assay.Provenance.Sigstore;

/// <summary>A bundle needs a time that somebody trusted has signed: without one, an expired certificate or key could sign for ever.</summary>
internal static class SignatureTimes
{
    public static BundleVerdict.Refused? Check(BundleCase bundleCase) =>
        bundleCase.Times() switch
        {
            [] => new(BundleRefusalCodes.TimeMissing, "Neither a log nor a timestamp authority says when the bundle was signed."),
            var times when times.Any(time => time > bundleCase.Now + BundleVerification.Leeway) =>
                new(BundleRefusalCodes.LogTimeOutside, "The bundle is said to be signed in the future."),
            _ => null,
        };
}
