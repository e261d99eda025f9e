using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>Why something about people is not done.</summary>
internal static class AccountDenials
{
    public static JsonAnswer AdministratorsOnly() => NpmError.Forbidden("Only administrators see and change people.", "administrators-only");

    public static JsonAnswer UnknownPerson(string name) => NpmError.NotFound($"There is no person named {name}.", "person-not-found");

    public static JsonAnswer EmailNotVerified(string name) => NpmError.Conflict(
        $"Nobody has shown that {name} reads mail at their address, so no link goes there. Ask for the link itself (--show-link), and hand it over by a way that nobody else reads.", "email-not-verified");

    public static JsonAnswer NameTaken(string name) => NpmError.Conflict($"There is a person named {name} already, or there was. Names are never given again.", "name-taken");

    public static JsonAnswer NoInvitation(string name) => NpmError.NotFound($"No invitation for {name} is open.", "invitation-not-found");

    public static JsonAnswer LastAdministrator(string name) => NpmError.Conflict(
        $"{name} is the last administrator who can sign in, and there has to be one. Make somebody else an administrator first.", "last-administrator");
}
