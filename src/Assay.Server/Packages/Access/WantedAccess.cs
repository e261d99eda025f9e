using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>
/// What <c>npm access set</c> asks for. <c>restricted</c> (and <c>private</c>, as it is documented) closes what is public and leaves the rest as it is: npm has no word
/// for the difference between members and teams.
/// </summary>
internal sealed record WantedAccess
{
    private readonly ReadCircle? exactly;

    private WantedAccess(ReadCircle? exactly) => this.exactly = exactly;

    public ReadCircle From(ReadCircle before, ScopeReaders readers) =>
        exactly ?? (before is ReadCircle.Public ? readers.Restricted : before);

    public static bool TryRead(JsonNode? json, [NotNullWhen(true)] out WantedAccess? wanted, [NotNullWhen(false)] out JsonAnswer? problem)
    {
        wanted = null;
        problem = null;
        var word = (json as JsonObject)?.Text("access");
        if (word is "restricted" or "private")
        {
            wanted = new WantedAccess((ReadCircle?)null);
        }
        else if (ReadCircles.Parse(word) is { } circle)
        {
            wanted = new WantedAccess(circle);
        }
        else
        {
            problem = NpmError.BadRequest("Say which 'access': public, restricted, or exactly one of members and teams.", "invalid-access");
        }
        return wanted is not null;
    }
}
