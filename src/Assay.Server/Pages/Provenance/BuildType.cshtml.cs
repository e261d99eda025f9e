using Assay.Trust.Providers;
using Assay.Trust.Runs;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>
/// What the address of a build type in provenance statements leads to: what each member means. Open to everybody, because a statement is read wherever the package goes.
/// </summary>
internal sealed class BuildTypePage(ProviderCatalog catalog) : RegistryPage
{
    // In every statement, whatever the provider.
    private static readonly StatementMember[] Always =
    [
        new("subject", "The version and the SHA-512 of its tarball.", "the upload"),
        new("buildDefinition.buildType", "The address of this page.", "the registry"),
        new($"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.issuer", "Who signed the token.", "claim 'iss'"),
        new($"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.provider", "The kind of issuer.", "the registry"),
        new($"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.definitionRevision", "Which revision of the provider's definition read the token.", "the registry"),
        new(
            $"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.idSha256",
            "SHA-256 of what the token was known by, so that two statements about one token can be told.",
            "claim 'jti', or the token itself"),
        new("runDetails.builder.id", "The address that says what the registry vouches for.", "the registry"),
    ];

    public ProviderDefinition Definition { get; private set; } = null!;

    public IEnumerable<StatementMember> Members => [.. StatementMember.Of(Definition), .. Always];

    public string Visibility => Definition.Provenance!.PublicWhen is { } seen
        ? $"The source counts as public when claim '{seen.Claim}' is {string.Join(" or ", seen.In)}, and as private otherwise."
        : "Tokens do not say who may see the source, so it counts as private.";

    public IActionResult OnGet(string provider)
    {
        if (catalog.Find(provider) is not { Provenance: not null } definition)
        {
            return Message("Build type", StatusCodes.Status404NotFound, "There is no such build type at this registry.");
        }
        Definition = definition;
        return Page();
    }
}
