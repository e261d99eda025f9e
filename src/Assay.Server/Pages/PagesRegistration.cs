using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.WebEncoders;

namespace Assay.Server.Pages;

internal static class PagesRegistration
{
    public static void AddPages(this IServiceCollection services)
    {
        AddFrame(services);
        services.AddSingleton<LastVisit>();
        services.AddSingleton<LogGuard>();
        services.AddSingleton<Readmes.ReadmeMarkup>();
        services.AddSingleton<ProviderLink>();
        services.AddSingleton<BeginSession>();
        services.AddSingleton<ProveOwner>();
        services.AddSingleton<SingleSignOnDeparture>();
        services.AddSingleton<SingleSignOnArrival>();
    }

    private static void AddFrame(IServiceCollection services)
    {
        // These pages alone: looking for others in all that is referenced takes time at each start.
        var parts = new ApplicationPartManager();
        parts.ApplicationParts.Add(new CompiledRazorAssemblyPart(typeof(PagesRegistration).Assembly));
        services.AddSingleton(parts);
        services.AddMvcCore().AddAuthorization().AddRazorPages(options =>
        {
            options.Conventions.ConfigureFilter(new ServiceFilterAttribute<GuardPages> { Order = int.MinValue });
            // The guard checks the token of every form, and more.
            options.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute());
            // Trust in a scope is shown and written as that in a package.
            options.Conventions.AddPageRoute("/Trust/Trust", "/-/scopes/{scope}/trust");
            options.Conventions.AddPageRoute("/Trust/New", "/-/scopes/{scope}/trust/new");
        });
        services.AddSingleton<GuardPages>();
        services.AddSingleton<IAntiforgery, FormTokens>();
        services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddScoped<Confirmations>();
        services.AddSingleton<ReadPackageHead>();
        services.AddSingleton<SetupProgress>();
        KeepNoKeyRing(services);
    }

    /// <summary>The framework would read keys from the home folder at each start, for cookies that no page here uses.</summary>
    private static void KeepNoKeyRing(IServiceCollection services)
    {
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        foreach (var reading in services.Where(service => service.ImplementationType?.FullName == "Microsoft.AspNetCore.DataProtection.Internal.DataProtectionHostedService").ToList())
        {
            services.Remove(reading);
        }
    }
}
