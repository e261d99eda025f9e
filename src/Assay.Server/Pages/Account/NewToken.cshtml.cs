using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>A token that is shown once, and how it is used.</summary>
internal sealed record ShownToken(string Name, string Token, Uri Registry)
{
    /// <summary>The registry without its scheme, as npm's settings name it.</summary>
    public string Setting => Registry.AbsoluteUri[(Registry.Scheme.Length + 1)..];
}

/// <summary>Makes a token in two steps: what it will be able to do is shown before it is made.</summary>
[For(Circle.Members)]
internal sealed class NewTokenPage(CreateAccessToken create, AskForPassword ask, ReadOwnAccount read, PublicUrl url, IOptions<IdentityOptions> options) : RegistryPage
{
    public TokenForm Form { get; private set; } = new();

    public TokenAbilities? Preview { get; private set; }

    /// <summary>Whether this person may make one that publishes without a second factor.</summary>
    public bool MayBypass { get; private set; }

    public int MostDays => options.Value.MaximumAccessTokenDays;

    public int UsualDays => options.Value.AccessTokenDays;

    public Task<IActionResult> OnGetAsync() => ShowAsync();

    public async Task<IActionResult> OnPostPreviewAsync()
    {
        Form = TokenForm.From(Request.Form);
        await PreviewAsync();
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostCreateAsync()
    {
        Form = TokenForm.From(Request.Form);
        if (!await PreviewAsync() || IsRefused(await ask.RefuseAsync(Member, Sent("password"), Stop)))
        {
            return await ShowAsync();
        }
        var made = await create.RunAsync(HttpContext, Member, Form.ToRequest(), Stop);
        if (made.Status is not StatusCodes.Status201Created)
        {
            IsRefused(made);
            return await ShowAsync();
        }
        return MessagePage.Of("/Pages/Account/ShownToken.cshtml", new ShownToken(Form.Name, made.Members!.Text("token") ?? "", url.Base), StatusCodes.Status200OK);
    }

    private async Task<bool> PreviewAsync()
    {
        var (wanted, denial) = await create.PreviewAsync(Member, Form.ToRequest(), Stop);
        if (IsRefused(denial))
        {
            return false;
        }
        Preview = TokenAbilities.Of(wanted!);
        return true;
    }

    private async Task<IActionResult> ShowAsync()
    {
        MayBypass = (await read.RunAsync(Member.PersonId, Stop)).Factors.IsEnrolled;
        return Page();
    }
}
