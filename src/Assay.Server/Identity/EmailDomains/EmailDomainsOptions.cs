using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Assay.Server.Identity;

/// <summary>Section <c>Assay:Identity:EmailDomains</c>: whether the domains of verified addresses are still there.</summary>
internal sealed class EmailDomainsOptions : IValidatableObject
{
    private const int NameServerPort = 53;

    public bool Check { get; set; } = true;

    /// <summary>The name servers that are asked; those of this machine where none is named.</summary>
    public List<string> Servers { get; set; } = [];

    /// <summary>How far apart the two answers are that take an address's verification away, and how often a domain is asked about, in hours.</summary>
    [Range(1, 30 * 24)]
    public int Hours { get; set; } = 24;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Servers.Find(text => !TryParse(text, out _)) is { } strange)
        {
            yield return new ValidationResult($"'{strange}' is not a name server's address like 10.0.0.53, 10.0.0.53:5353 or [fd00::53]:53.", [nameof(Servers)]);
        }
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? server)
    {
        if (IPEndPoint.TryParse(text, out server) && server.Port == 0)
        {
            server.Port = NameServerPort;
        }
        return server is not null;
    }
}
