using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>What shall be said of a package or a scope; null leaves it as it is.</summary>
internal sealed record WantedLock(PublishLock? Lock, bool? PhishingResistant = null, bool? SecondOwner = null)
{
    private const string LockMember = "lock";

    public bool? Of(DemandKind kind) => kind is DemandKind.PhishingResistant ? PhishingResistant : SecondOwner;

    /// <summary>Null when there is anything else in it, or nothing.</summary>
    public static WantedLock? Read(JsonNode? json)
    {
        if (json is not JsonObject { Count: > 0 } body || body.Any(member => member.Key != LockMember && OwnDemand.Kinds.All(kind => kind.Word() != member.Key)))
        {
            return null;
        }
        var wanted = new WantedLock(
            PublishLocks.Parse(body.Text(LockMember)), body.Flag(DemandKind.PhishingResistant.Word()), body.Flag(DemandKind.SecondOwner.Word()));
        return (body.ContainsKey(LockMember) && wanted.Lock is null) || OwnDemand.Kinds.Any(kind => body.ContainsKey(kind.Word()) && wanted.Of(kind) is null) ? null : wanted;
    }

    /// <summary>What a person is asked a second factor for.</summary>
    public SensitiveAct AskedOf(string target)
    {
        List<string> said = [.. OwnDemand.Kinds.Where(kind => Of(kind) is not null).Select(kind => $"{kind.Word()} {(Of(kind)!.Value ? "on" : "off")}")];
        var words = (Lock, said) switch
        {
            ({ } held, []) => $"set the lock of {target} to {held.Word()}",
            ({ } held, _) => $"set the lock of {target} to {held.Word()}, and {string.Join(" and ", said)}",
            _ => $"set {string.Join(" and ", said)} for {target}",
        };
        return SensitiveAct.Of(words, ["lock", target, Lock?.Word(), .. said]).On(target);
    }
}
