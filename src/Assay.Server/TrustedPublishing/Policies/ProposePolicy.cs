using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>What somebody wrote becomes a whole policy, or a sentence about what is wrong with it. Who may write it is asked elsewhere.</summary>
internal sealed class ProposePolicy(ChooseBinding bindings)
{
    public async Task<(TrustPolicy? Policy, Denial? Denial)> RunAsync(PolicyDocument document, NamePattern target, CancellationToken cancellationToken)
    {
        var (binding, denial) = await bindings.ForAsync(document, target, cancellationToken);
        if (binding is null)
        {
            return (null, denial);
        }
        var draft = document.ToDraft(target, binding.Id, document.Pins ?? new Dictionary<string, string>());
        return Judge(binding.Definition, draft, "invalid-policy");
    }

    public static (TrustPolicy? Policy, Denial? Denial) Judge(ProviderDefinition? definition, PolicyDraft draft, string code) =>
        TrustPolicy.TryCreate(definition, draft, new PolicyLife("", DateTimeOffset.MinValue), out var policy, out var problems)
            ? (policy, null)
            : (null, Bad(problems, code));

    public static Denial Bad(IReadOnlyList<string> problems, string code = "invalid-policy")
    {
        var text = string.Join(' ', problems);
        return new Denial(StatusCodes.Status400BadRequest, code, text) { Notice = Notices.WithCode(text, code) };
    }
}
