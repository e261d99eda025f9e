using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Identity;

/// <summary>Section <c>Assay:Limits</c>: how much one of them may do in a minute, on each node. Zero is without a limit.</summary>
internal sealed class LimitsOptions
{
    public const string Section = "Assay:Limits";

    private const int Most = 1_000_000;

    /// <summary>Sign-ins that one address may begin or try, right or wrong: each costs the work of a password.</summary>
    [Range(0, Most)]
    public int SignInsPerAddress { get; set; } = 60;

    /// <summary>Requests that change something, with the access tokens of one account.</summary>
    [Range(0, Most)]
    public int ChangesPerAccount { get; set; } = 600;

    /// <summary>Publishes and other changes of one package, by those who may make them.</summary>
    [Range(0, Most)]
    public int ChangesPerPackage { get; set; } = 120;

    /// <summary>Exchanges that are granted to one CI project.</summary>
    [Range(0, Most)]
    public int ExchangesPerProject { get; set; } = 600;

    /// <summary>Exchanges that are granted for one package. Those that are refused never count here: strangers must not be able to hold up a release.</summary>
    [Range(0, Most)]
    public int ExchangesPerPackage { get; set; } = 120;

    /// <summary>Reports of packages, by one account.</summary>
    [Range(0, Most)]
    public int ReportsPerAccount { get; set; } = 10;

    /// <summary>Requests that read, with the access tokens of one account. They are answered from memory, so there is no limit unless one is wanted.</summary>
    [Range(0, Most)]
    public int ReadsPerAccount { get; set; }

    /// <summary>Requests that read, by nobody in particular, from one address; for registries that are open to the internet.</summary>
    [Range(0, Most)]
    public int ReadsPerAddress { get; set; }
}
