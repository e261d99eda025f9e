using Assay.Server.Answers;

namespace Assay.Server.Packages;

/// <summary>The refusal of a publish for its bundle, in the words that npm's users know from the public registry.</summary>
internal static class ProvenanceDenial
{
    public static Denial Of(string code, string reason)
    {
        var text = $"Error verifying sigstore provenance bundle: {reason}";
        return new Denial(StatusCodes.Status422UnprocessableEntity, code, text) { Notice = Notices.WithCode(text, code) };
    }

    /// <summary>A person's publish has no run for the certificate to agree with.</summary>
    public static Denial OfAPerson { get; } = Of(
        "provenance-without-run",
        "It can only come with the publish of the very run that it names. Publish from that run by trusted publishing, or leave --provenance and --provenance-file out.");
}
