using Assay.Npm;
using Assay.Server.Answers;
using Assay.Trust.Bindings;
using Assay.Trust.Refusals;

namespace Assay.Server.TrustedPublishing;

/// <summary>Tells whoever may see more where that is.</summary>
internal sealed class WhereToLook(PublicUrl publicUrl)
{
    /// <summary>The same words whether or not the package exists.</summary>
    public Refusal With(Refusal refusal, NamePattern name)
    {
        var where = PackageName.TryParse(name.Text, out var package) && name.IsExact
            ? $"Owners see each attempt at {publicUrl.At($"-/assay/v1/package/{package.Escaped}/attempts")}"
            : $"The registry's operator sees each attempt with: ./run admin attempts '{name}'";
        return refusal with { PublicText = $"{refusal.PublicText} {where}" };
    }
}
